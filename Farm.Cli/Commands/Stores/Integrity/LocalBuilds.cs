using Farm.Store.Local;
using Farm.Worker.Execution;
using Farm.Worker.Running;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary>What a verb builds with in the store it has open, as the settings say; made when it is first asked for.</summary>
internal sealed class LocalBuilds(LocalStore store, Config config) : IDisposable
{
    private const string UsersKey = "farm.worker.build-users-dir";
    private const string UsersDefault = "/var/lib/farm/build-users";

    private LocalBuildParts? _parts;

    /// <exception cref="SandboxException">This machine lacks what a sandbox takes.</exception>
    /// <exception cref="ConfigurationException">A setting is malformed.</exception>
    public LocalBuildParts Parts() =>
        _parts ??= new LocalBuildParts(
            store,
            SandboxConfig.Read(config, store.StoreDir),
            new SandboxLauncher(SandboxProgram.Find(config.GetString($"{SandboxConfig.Section}.program"))),
            BuildUsers.From(
                config.GetString(UsersKey, UsersDefault) ?? UsersDefault,
                config.GetString("farm.worker.build-users-group")
            ),
            Groups: ControlGroups.Find(ControlGroupSettings.From(config)),
            Results: ResultSettings.From(config)
        );

    public void Dispose() => _parts?.Launcher.Dispose();
}
