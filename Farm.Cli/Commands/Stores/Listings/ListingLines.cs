using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Listings;

/// <summary>What is in a store object, a line each, as <c>nix store ls</c> prints it.</summary>
internal sealed class ListingLines(LocalStore store, StorePath path, bool isDeep, bool isItself, bool isLong)
{
    /// <param name="inside">Where to begin: empty for the object itself, else begins with a slash.</param>
    public async IAsyncEnumerable<string> OfAsync(string inside, [EnumeratorCancellation] CancellationToken ct)
    {
        using var file = await store.OpenInsideAsync(path, inside, ct).ConfigureAwait(false);
        if (file.Entry is not ObjectEntry.Directory)
        {
            var name = inside.Length == 0 ? path.ToString() : inside[(inside.LastIndexOf('/') + 1)..];
            yield return Line(file.Entry, name);
        }
        else if (isItself)
        {
            yield return Line(file.Entry, ".");
        }
        else
        {
            await foreach (var line in BelowAsync(file, inside, ".", ct).ConfigureAwait(false))
            {
                yield return line;
            }
        }
    }

    private async IAsyncEnumerable<string> BelowAsync(
        ObjectFile directory,
        string inside,
        string shown,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var entry in directory.List())
        {
            var (below, name) = ($"{inside}/{entry.Name}", $"{shown}/{entry.Name}");
            yield return Line(entry, name);
            if (!isDeep || entry is not ObjectEntry.Directory)
            {
                continue;
            }
            using var next = await store.OpenInsideAsync(path, below, ct).ConfigureAwait(false);
            await foreach (var line in BelowAsync(next, below, name, ct).ConfigureAwait(false))
            {
                yield return line;
            }
        }
    }

    private string Line(ObjectEntry entry, string shown)
    {
        if (!isLong)
        {
            return shown;
        }
        var (mode, size, suffix) = entry switch
        {
            ObjectEntry.Directory => ("dr-xr-xr-x", 0, ""),
            ObjectEntry.Regular { IsExecutable: true } program => ("-r-xr-xr-x", program.SizeBytes, ""),
            ObjectEntry.Regular file => ("-r--r--r--", file.SizeBytes, ""),
            ObjectEntry.Symlink link => ("lrwxrwxrwx", 0, $" -> {link.Target}"),
            _ => throw new UnreachableException(),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{mode} {size, 20} {shown}{suffix}");
    }
}
