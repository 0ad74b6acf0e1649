using Farm.Daemon.Configuration;
using Farm.Worker.Running;

namespace Farm.Daemon.Hosting;

/// <summary>What a daemon on this machine is made from.</summary>
public sealed record DaemonHostSettings
{
    public required DaemonConfiguration Configuration { get; init; }

    public required MachineFacts Machine { get; init; }

    /// <summary>Path of <c>farm-sandbox</c>.</summary>
    public required string SandboxProgram { get; init; }

    /// <summary>How builders are limited and counted.</summary>
    public ControlGroupSettings Groups { get; init; } = ControlGroupSettings.Off;

    /// <summary>The coordinator of the farm that builds; null where this machine does.</summary>
    public Uri? Coordinator { get; init; }

    /// <summary>What clients show as the version of the daemon.</summary>
    public required string VersionText { get; init; }
}
