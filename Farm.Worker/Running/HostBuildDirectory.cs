namespace Farm.Worker.Running;

/// <summary>The build directory of a builder without a sandbox, in the host's directory for temporary files; gone when disposed,
/// unless it is kept.</summary>
/// <remarks>Shape: <c>nix-build-NAME.drv-N</c>, Nix's name for it.</remarks>
internal sealed class HostBuildDirectory : IAsyncDisposable
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

    /// <summary>Begins to remove it: nothing in it is needed any more.</summary>
    public void BeginRemoval() => _removal ??= TreeRemoval.RemoveAsync(FullPath, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (IsKept)
            return;
        BeginRemoval();
        await _removal!.ConfigureAwait(false); // It has begun.
    }
}
