using System.Text;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Dependencies;

/// <summary>Finds in which files of a store object, and where, it refers to others.</summary>
internal sealed class ReferenceFinder(LocalStore store)
{
    /// <summary>Bytes shown before and after the hash part.</summary>
    private const int Margin = 32;

    /// <summary>The first place in each file or link, for each of the paths sought, in the order of the files.</summary>
    public async Task<ILookup<StorePath, FoundReference>> FindAsync(
        StorePath path,
        IReadOnlyList<StorePath> sought,
        CancellationToken ct
    )
    {
        var found = new List<(StorePath, FoundReference)>();
        await VisitAsync(path, "", sought, found, ct).ConfigureAwait(false);
        return found.ToLookup(one => one.Item1, one => one.Item2);
    }

    private async Task VisitAsync(
        StorePath path,
        string inside,
        IReadOnlyList<StorePath> sought,
        List<(StorePath, FoundReference)> found,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        using var file = await store.OpenInsideAsync(path, inside, ct).ConfigureAwait(false);
        var name = inside.Length == 0 ? "/" : inside[1..];
        switch (file.Entry)
        {
            case ObjectEntry.Directory:
                foreach (var entry in file.List())
                {
                    await VisitAsync(path, $"{inside}/{entry.Name}", sought, found, ct).ConfigureAwait(false);
                }
                break;
            case ObjectEntry.Symlink link:
                var target = link.Target.ToString();
                foreach (var one in sought)
                {
                    if (target.IndexOf($"{one.Hash}", StringComparison.Ordinal) is >= 0 and var at)
                    {
                        found.Add((one, new FoundReference(name, null, at, target)));
                    }
                }
                break;
            default:
                foreach (var (one, offset, bytes) in await SearchAsync(file, sought, ct).ConfigureAwait(false))
                {
                    var before = (int)Math.Min(offset, Margin);
                    found.Add((one, new FoundReference(name, offset, before, Printable(bytes))));
                }
                break;
        }
    }

    /// <summary>The first occurrence of each hash part, with the bytes around it.</summary>
    private static async Task<List<(StorePath, long Offset, byte[] Around)>> SearchAsync(
        ObjectFile file,
        IReadOnlyList<StorePath> sought,
        CancellationToken ct
    )
    {
        var search = new FirstPlaces([.. sought.Select(path => Encoding.ASCII.GetBytes($"{path.Hash}"))], Margin);
        await file.CopyToAsync(search, ct).ConfigureAwait(false);
        return [.. search.Finish().Select(place => (sought[place.Index], place.Offset, place.Around))];
    }

    private static string Printable(byte[] bytes) =>
        string.Create(
            bytes.Length,
            bytes,
            (text, all) =>
            {
                for (var i = 0; i < all.Length; i++)
                {
                    text[i] = all[i] is >= 0x20 and < 0x7F ? (char)all[i] : '.';
                }
            }
        );
}
