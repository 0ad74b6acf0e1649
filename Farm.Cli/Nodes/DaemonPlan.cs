using Farm.Cli.Commands;
using Farm.Cli.Settings;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Nodes;

/// <summary>What a daemon serves, and where it listens.</summary>
internal sealed record DaemonPlan(LocalStoreSettings Store, SubstituterSettings Substituters, string SocketPath)
{
    private const string RootKey = "farm.store.root";
    private const string SocketVariable = "NIX_DAEMON_SOCKET_PATH";

    /// <param name="configFile">The file of <c>--config</c>.</param>
    /// <param name="root">What <c>--store</c> says.</param>
    /// <param name="socket">What <c>--socket</c> says.</param>
    /// <param name="variable">A variable of the environment; null where it is not set.</param>
    /// <exception cref="CommandException">A setting is wrong.</exception>
    public static DaemonPlan Read(string? configFile, string? root, string? socket, Func<string, string?> variable)
    {
        var config = SettingsFile.Load(configFile);
        var directory = Path.GetFullPath(root ?? config.GetString(RootKey, "/"));
        var store = NodeOptions.Read(NodeOptions.WithStoreRoot(config, directory), LocalStoreSettings.From);
        if (root is null && Layout(store.Layout, variable) is { } layout)
            store = store with { Layout = layout };
        return new(
            store,
            NodeOptions.Read(config, SubstituterSettings.From),
            socket ?? Set(variable, SocketVariable) ?? $"{store.Layout.StateDir}/daemon-socket/socket"
        );
    }

    /// <summary>The layout that Nix's variables name; null where none is set.</summary>
    private static StoreLayout? Layout(StoreLayout otherwise, Func<string, string?> variable)
    {
        var store = Set(variable, "NIX_STORE_DIR");
        var state = Set(variable, "NIX_STATE_DIR");
        var log = Set(variable, "NIX_LOG_DIR");
        return store is null && state is null && log is null
            ? null
            : StoreLayout.Create(
                store is null ? otherwise.StoreDir : StoreDir.Parse(store),
                state ?? otherwise.StateDir,
                log ?? otherwise.LogDir
            );
    }

    private static string? Set(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } value ? value : null;
}
