using Farm.Worker.Sandboxes;

namespace Farm.Worker.Planning;

/// <summary>What the host has set aside for one build.</summary>
/// <param name="ScratchDirectory">See <see cref="SandboxSpec.ScratchDirectory"/>.</param>
/// <param name="Ids">The build user, used by no other build meanwhile.</param>
/// <param name="MountPoints">See <see cref="SandboxSpec.MountPoints"/>.</param>
public sealed record BuildPlace(string ScratchDirectory, SandboxIds Ids, string? MountPoints = null);
