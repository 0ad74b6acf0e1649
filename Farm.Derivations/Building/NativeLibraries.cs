using System.Collections.Immutable;

namespace Farm.Derivations.Building;

/// <summary>The libraries of this machine that a .NET SDK needs, and the loader.</summary>
/// <param name="Loader">The loader's name, such as <c>ld-linux-x86-64.so.2</c>; one of the libraries.</param>
/// <param name="ByName">Where each is; no link.</param>
internal sealed record NativeLibraries(string Loader, ImmutableSortedDictionary<string, string> ByName)
{
    /// <summary>Loaded by name where something is hashed or signed, so that no program tells that it needs them.</summary>
    private static readonly string[] s_openSsl = ["libssl.so.3", "libcrypto.so.3"];

    /// <summary>Those of an SDK, as the machine's loader finds them. What that does not find is left out: parts of an SDK are for tracers that few have.</summary>
    /// <param name="root">The SDK's folder.</param>
    /// <param name="ct">Stops looking.</param>
    /// <exception cref="DerivationException">There is no OpenSSL or no loader.</exception>
    public static async Task<NativeLibraries> OfAsync(string root, CancellationToken ct)
    {
        var dotnet = Path.Combine(root, "dotnet");
        var parts = Directory.GetFiles(Path.Combine(root, "shared"), "*.so", SearchOption.AllDirectories);
        var found = await FindAsync([dotnet, .. parts], ct).ConfigureAwait(false);
        var folders = found.Values.Select(file => Path.GetDirectoryName(file)!).Distinct().ToArray(); // files, so in a folder
        var openSsl = s_openSsl.Select(name =>
            folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DerivationException(
                $"There is no '{name}' in {string.Join(" or ", folders)}; install OpenSSL 3, which .NET needs."
            )
        );
        foreach (var (name, file) in await FindAsync([.. openSsl], ct).ConfigureAwait(false))
            found.TryAdd(name, file);
        foreach (var file in openSsl)
            found[Path.GetFileName(file)] = file;
        var own = found.Where(library => !library.Value.StartsWith(root + "/", StringComparison.Ordinal));
        return new(
            found.Keys.FirstOrDefault(name => name.StartsWith("ld-", StringComparison.Ordinal))
                ?? throw new DerivationException($"'ldd {dotnet}' names no loader; give an SDK for this machine."),
            own.ToImmutableSortedDictionary(
                library => library.Key,
                library => File.ResolveLinkTarget(library.Value, returnFinalTarget: true)?.FullName ?? library.Value,
                StringComparer.Ordinal
            )
        );
    }

    /// <summary>Reads <c>name => file (address)</c>, and <c>file (address)</c> of the loader.</summary>
    private static async Task<Dictionary<string, string>> FindAsync(string[] files, CancellationToken ct)
    {
        var output = await HostProgram.OutputAsync("ldd", null, files, ct).ConfigureAwait(false);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            var end = line.LastIndexOf(" (0x", StringComparison.Ordinal);
            if (end < 0)
                continue;
            var file = line[..end].Split("=>")[^1].Trim();
            if (file.StartsWith('/'))
                found[Path.GetFileName(file)] = file;
        }
        return found;
    }
}
