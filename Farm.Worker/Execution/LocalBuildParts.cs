using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Worker.Planning;
using Farm.Worker.Recursive;
using Farm.Worker.Running;

namespace Farm.Worker.Execution;

/// <summary>What builds on this machine are made with.</summary>
/// <param name="Store">The node's own store: inputs are in it, outputs go to it.</param>
/// <param name="Sandbox">What every builder sees.</param>
/// <param name="Launcher">Runs a builder in its sandbox.</param>
/// <param name="Users">Who builders are.</param>
/// <param name="Keeper">Takes the outputs; null where they become valid in the store.</param>
/// <param name="Groups">Limits and counts what builders use; null where nothing does.</param>
/// <param name="Results">What is done with what builders leave; null for Nix's defaults.</param>
/// <param name="Downloads">Files behind HTTP, for <c>builtin:fetchurl</c>; null where there are none.</param>
public sealed record LocalBuildParts(
    LocalStore Store,
    SandboxSettings Sandbox,
    SandboxLauncher Launcher,
    BuildUsers Users,
    IOutputKeeper? Keeper = null,
    ControlGroups? Groups = null,
    ResultSettings? Results = null,
    FileDownloads? Downloads = null
)
{
    /// <summary>See to it that a derivation is built once at a time in this store.</summary>
    public BuildTurns Turns { get; init; } = new();

    /// <summary>Serves builders that ask for recursive Nix, where the settings of the sandbox allow it; null where none is served.</summary>
    public IBuildDaemon? Daemon { get; init; }
}
