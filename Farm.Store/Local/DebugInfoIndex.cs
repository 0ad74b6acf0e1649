using Farm.Store.Paths;

namespace Farm.Store.Local;

/// <summary>Finds debugging information by the build id that a linker has put into a program.</summary>
/// <remarks>What is looked for is <c>lib/debug/.build-id/&lt;2 digits&gt;/&lt;38 digits&gt;.debug</c> in a valid path. Which paths have such a
/// directory at all is found out once for each path. Source: Nix's <c>index-debug-info</c>.</remarks>
public sealed class DebugInfoIndex(LocalStore store) : IDisposable
{
    /// <summary>How many digits a build id has.</summary>
    public const int BuildIdDigits = 40;

    private const int DirectoryDigits = 2;
    private const string Directories = "lib/debug/.build-id";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<StorePath> _withDirectory = [];
    private long _last;

    /// <summary>A path with the debugging information, and the file in it; null where no valid path has it.</summary>
    /// <param name="buildId">As <see cref="IsBuildId"/> says.</param>
    /// <param name="ct">Stops the search.</param>
    public async Task<(StorePath Path, string Member)?> FindAsync(string buildId, CancellationToken ct)
    {
        if (!IsBuildId(buildId))
            throw new ArgumentException($"'{buildId}' is no build id.", nameof(buildId));
        var member = $"{Directories}/{buildId[..DirectoryDigits]}/{buildId[DirectoryDigits..]}.debug";
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await CatchUpAsync(ct).ConfigureAwait(false);
            foreach (var path in _withDirectory)
            {
                if (
                    File.Exists($"{store.Layout.ToPhysical(path)}/{member}")
                    && await store.QueryAsync(path, ct).ConfigureAwait(false) is not null
                )
                    return (path, member);
            }
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether a text is 40 digits of base 16, without capital letters.</summary>
    public static bool IsBuildId(string text) => text.Length == BuildIdDigits && text.All(char.IsAsciiHexDigitLower);

    public void Dispose() => _turn.Dispose();

    private async Task CatchUpAsync(CancellationToken ct)
    {
        var added = await store.Records.AskAsync(queries => queries.ValidSince(_last), ct).ConfigureAwait(false);
        foreach (var (row, path) in added)
        {
            if (Directory.Exists($"{store.Layout.ToPhysical(path)}/{Directories}"))
                _withDirectory.Add(path);
            _last = row;
        }
        if (!added.IsEmpty)
            _withDirectory.RemoveAll(path => !Directory.Exists($"{store.Layout.ToPhysical(path)}/{Directories}"));
    }
}
