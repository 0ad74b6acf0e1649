using System.Collections.Immutable;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Worker.Execution;
using Farm.Worker.Planning;

namespace Farm.Daemon.Configuration;

/// <summary>All that a daemon is made from, read out of a configuration of Nix. Not compared by value.</summary>
public sealed record DaemonConfiguration
{
    public required NixDirectories Directories { get; init; }

    /// <summary>What it was read from; a client's own settings go on top of these.</summary>
    public required NixSettings Settings { get; init; }

    public required LocalStoreSettings Store { get; init; }

    public required SubstituterSettings Substituters { get; init; }

    public required SandboxSettings Sandbox { get; init; }

    public required BuildSettings Build { get; init; }

    /// <summary>What is done with what builders leave.</summary>
    public required ResultSettings Results { get; init; }

    /// <summary>User names, <c>@group</c>, or <c>*</c>: who may do all that the owner of the store may.</summary>
    public required ImmutableArray<string> TrustedUsers { get; init; }

    /// <summary>The same: who may connect at all.</summary>
    public required ImmutableArray<string> AllowedUsers { get; init; }

    /// <summary>Group whose members are builders, which may not connect; empty for none.</summary>
    public required string BuildUsersGroup { get; init; }

    /// <summary>Whether builders are who they are by that group; else they get ids that belong to nobody.</summary>
    public bool HasBuildUsers => BuildUsersGroup.Length > 0 && !Settings.Flag("auto-allocate-uids", false);

    /// <summary>Whether builders have a sandbox whatever the setting says: there can be none where the store is not at its own name.</summary>
    public bool StaysSandboxed => Store.Layout.Root.Length > 0;

    /// <summary>What the administrator is to hear of at the start, one sentence each.</summary>
    public IEnumerable<string> Warnings =>
        Sandbox.Mode == SandboxMode.Off && StaysSandboxed
            ? Settings.Warnings.Append($"warning: {SandboxMapping.StaysOn}")
            : Settings.Warnings;

    /// <summary>The same on a store below another root.</summary>
    /// <param name="root">Absolute.</param>
    public DaemonConfiguration WithRoot(string root) =>
        this with
        {
            Store = Store with { Layout = StoreLayout.Create(root, Directories.StoreDir) },
        };

    /// <exception cref="NixConfException">A value is malformed.</exception>
    public static DaemonConfiguration From(NixDirectories directories, NixSettings settings, MachineFacts machine) =>
        new()
        {
            Directories = directories,
            Settings = settings,
            Store = StoreMapping.Store(settings, directories.Layout),
            Substituters = StoreMapping.Substituters(settings, directories),
            Sandbox = SandboxMapping.Sandbox(settings, machine, directories.StoreDir),
            Build = BuildSettings.From(settings, machine),
            Results = new ResultSettings(
                DiffHook: settings.Flag("run-diff-hook", false) && settings.Text("diff-hook") is { Length: > 0 } hook
                    ? hook
                    : null
            ),
            TrustedUsers = settings.Words("trusted-users"),
            AllowedUsers = settings.Words("allowed-users"),
            BuildUsersGroup = settings.Text("build-users-group") ?? "",
        };
}
