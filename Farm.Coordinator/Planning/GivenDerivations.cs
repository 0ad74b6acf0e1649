using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>Derivations that clients gave as such, because nobody has the <c>.drv</c>: all their inputs are paths.</summary>
/// <remarks>Shape: a file for each, named as its path, with the text of a <c>.drv</c>. It is not in the store, since its output paths
/// follow from a derivation that is elsewhere; what the store has under the same path counts. A file goes
/// <see cref="KeptFor"/> after it was given last.
/// Source: Nix's <c>BuildDerivation</c>, which remote builders are asked by.</remarks>
/// <param name="directory">Where the files are; made when the first comes.</param>
/// <param name="storeDir">What paths in them begin with.</param>
public sealed class GivenDerivations(string directory, StoreDir storeDir)
{
    /// <summary>Longer than any build waits.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(30);

    /// <summary>Takes a derivation under a path; the same again is no fault.</summary>
    /// <exception cref="NixFormatException">It is none, or it has input derivations.</exception>
    public async Task AddAsync(StorePath drvPath, ReadOnlyMemory<byte> text, CancellationToken ct)
    {
        var derivation = DerivationParser.Parse(storeDir, drvPath, text.Span);
        if (derivation.InputDerivations.Count > 0)
            throw new NixFormatException(
                $"'{drvPath}' has input derivations: a derivation that is given must have paths alone as inputs."
            );
        Directory.CreateDirectory(directory);
        var temporary = Path.Combine(directory, $".{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(temporary, text, ct).ConfigureAwait(false);
            File.Move(temporary, FileOf(drvPath), overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The derivation that was given under a path; null where none was.</summary>
    public async Task<Derivation?> FindAsync(StorePath drvPath, CancellationToken ct)
    {
        var file = FileOf(drvPath);
        if (!File.Exists(file))
            return null;
        var text = await File.ReadAllBytesAsync(file, ct).ConfigureAwait(false);
        return DerivationParser.Parse(storeDir, drvPath, text);
    }

    /// <summary>Removes what is too old to be of use.</summary>
    public void Clean(DateTimeOffset now)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            if (now - File.GetLastWriteTimeUtc(file) > KeptFor)
                File.Delete(file);
        }
    }

    private string FileOf(StorePath drvPath) => Path.Combine(directory, drvPath.ToString());
}
