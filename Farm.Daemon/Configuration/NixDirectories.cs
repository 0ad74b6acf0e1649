using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Daemon.Configuration;

/// <summary>Where a machine's Nix has its store, state and configuration, by the variables that Nix reads.</summary>
/// <remarks>Source: Nix manual, "Common environment variables"; not that a root directory is put before any of them.</remarks>
public sealed record NixDirectories
{
    public required StoreDir StoreDir { get; init; }

    public required string StateDir { get; init; }

    public required string LogDir { get; init; }

    public required string ConfDir { get; init; }

    /// <summary>Where the daemon listens.</summary>
    public required string SocketPath { get; init; }

    /// <summary>The user's configurations, the one that counts most first.</summary>
    public required ImmutableArray<string> UserConfFiles { get; init; }

    /// <summary>The machine's configuration.</summary>
    public string ConfFile => $"{ConfDir}/nix.conf";

    /// <summary>The layout of the store itself.</summary>
    public StoreLayout Layout => StoreLayout.Create(StoreDir, StateDir, LogDir);

    /// <param name="variable">Value of an environment variable; null where it is not set.</param>
    /// <exception cref="NixConfException">A directory is not absolute.</exception>
    public static NixDirectories From(Func<string, string?> variable)
    {
        var state = Absolute("NIX_STATE_DIR") ?? "/nix/var/nix";
        return new NixDirectories
        {
            StoreDir = Store(),
            StateDir = state,
            LogDir = Absolute("NIX_LOG_DIR") ?? "/nix/var/log/nix",
            ConfDir = Absolute("NIX_CONF_DIR") ?? "/etc/nix",
            SocketPath = Absolute("NIX_DAEMON_SOCKET_PATH") ?? $"{state}/daemon-socket/socket",
            UserConfFiles = [.. UserFiles(variable)],
        };

        StoreDir Store()
        {
            var directory = Absolute("NIX_STORE_DIR") ?? Absolute("NIX_STORE") ?? StoreDir.Default.Text;
            try
            {
                return StoreDir.Parse(directory);
            }
            catch (NixFormatException failure)
            {
                throw new NixConfException($"NIX_STORE_DIR: {failure.Message}");
            }
        }

        string? Absolute(string name) =>
            variable(name) switch
            {
                null or "" => null,
                ['/', _, ..] path => path.TrimEnd('/'),
                var path => throw new NixConfException($"{name} is '{path}': an absolute path is needed"),
            };
    }

    private static IEnumerable<string> UserFiles(Func<string, string?> variable)
    {
        if (variable("NIX_USER_CONF_FILES") is { } files)
            return files.Split(':', StringSplitOptions.RemoveEmptyEntries);
        var home = variable("XDG_CONFIG_HOME") ?? (variable("HOME") is { } directory ? $"{directory}/.config" : null);
        var shared = (variable("XDG_CONFIG_DIRS") ?? "/etc/xdg").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return (home is null ? shared : [home, .. shared]).Select(place => $"{place}/nix/nix.conf");
    }
}
