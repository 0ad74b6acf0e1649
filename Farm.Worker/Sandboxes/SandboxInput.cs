using Farm.Store.Paths;

namespace Farm.Worker.Sandboxes;

/// <summary>A path of the store that the builder may read.</summary>
/// <param name="Path">Its name inside.</param>
/// <param name="Source">Where it lies on the host; absolute.</param>
public sealed record SandboxInput(StorePath Path, string Source);
