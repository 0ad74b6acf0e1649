namespace Farm.Worker.Running;

/// <summary>The directory of one build, and what is left of it once the builder has ended; gone when disposed.</summary>
public interface IBuildDirectory : IAsyncDisposable
{
    /// <summary>For <see cref="Planning.BuildPlace"/>.</summary>
    string FullPath { get; }

    /// <summary>Lets go of everything but these outputs.</summary>
    /// <returns>Where they are now, in the same order.</returns>
    /// <exception cref="SandboxException">Something cannot be moved or removed.</exception>
    Task<IReadOnlyList<string>> KeepAsync(IReadOnlyList<string> outputs, CancellationToken ct);
}
