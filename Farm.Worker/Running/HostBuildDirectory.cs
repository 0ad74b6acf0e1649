namespace Farm.Worker.Running;

/// <summary>The build directory of a builder without a sandbox, in the host's directory for temporary files; gone when disposed,
/// unless it is kept.</summary>
/// <remarks>Shape: <c>nix-build-NAME.drv-N</c>, Nix's name for it.</remarks>
internal sealed class HostBuildDirectory : IBuildDirectory
{
    private Task? _removal;

    private HostBuildDirectory(string path) => FullPath = path;

    public string FullPath { get; }

    /// <summary>Whether it stays.</summary>
    public bool IsKept { get; set; }

    /// <exception cref="SandboxException">It cannot be made.</exception>
    public static HostBuildDirectory Create(string name)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                var path = Path.Combine(Path.GetTempPath(), $"nix-build-{name}.drv-{number}");
                if (HelperCalls.TryMakeDirectory(path, BuildDirectory.OwnerOnly))
                    return new HostBuildDirectory(path);
            }
        }
        catch (IOException failure)
        {
            throw new SandboxException($"The build directory of '{name}' cannot be made: {failure.Message}", failure);
        }
    }

    /// <summary>The outputs are in the store directory, apart from all else: they stay there, and this begins to be removed.</summary>
    public Task<IReadOnlyList<string>> KeepAsync(IReadOnlyList<string> outputs, CancellationToken ct)
    {
        _ = RemoveAsync(); // Awaited by the disposal.
        return Task.FromResult(outputs);
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsKept)
            await RemoveAsync().ConfigureAwait(false);
    }

    private Task RemoveAsync() => _removal ??= TreeRemoval.RemoveAsync(FullPath, CancellationToken.None);
}
