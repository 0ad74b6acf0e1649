using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>A build user held by one build; free again when disposed.</summary>
public sealed class BuildUser : IDisposable
{
    private readonly FileStream? _lock;

    internal BuildUser(int slot, SandboxIds ids, FileStream? held) => (Slot, Ids, _lock) = (slot, ids, held);

    /// <summary>From 0; always 0 for the worker's own user.</summary>
    public int Slot { get; }

    /// <summary>Whether it is the worker's own user, as without root, which other builds have at the same time.</summary>
    public bool IsOwn => _lock is null;

    public SandboxIds Ids { get; }

    public void Dispose() => _lock?.Dispose();
}
