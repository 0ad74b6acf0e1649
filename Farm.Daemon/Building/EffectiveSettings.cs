using Farm.Daemon.Configuration;
using Farm.Worker.Planning;

namespace Farm.Daemon.Building;

/// <summary>The daemon's settings with those of one client on top. Not compared by value.</summary>
internal sealed record EffectiveSettings(BuildSettings Build, SandboxSettings Sandbox)
{
    /// <param name="daemon">The daemon's own.</param>
    /// <param name="machine">Gives defaults.</param>
    /// <param name="client">What the client has set, and may.</param>
    /// <returns>The settings, and warnings about values that are none, in Nix's words.</returns>
    public static (EffectiveSettings Settings, IReadOnlyList<string> Warnings) Of(
        DaemonConfiguration daemon,
        MachineFacts machine,
        ClientSettings client
    )
    {
        var warnings = new List<string>();
        var settings = daemon.Settings;
        foreach (var (name, value) in client.Overrides)
        {
            try
            {
                settings = settings.With(name, value);
            }
            catch (NixConfException wrong)
            {
                warnings.Add(wrong.Message);
            }
        }
        var build = client.Overrides.IsEmpty ? daemon.Build : BuildSettings.From(settings, machine);
        var sandbox = daemon.Sandbox;
        try
        {
            if (!client.Overrides.IsEmpty)
                sandbox = SandboxMapping.Sandbox(settings, machine, daemon.Directories.StoreDir);
        }
        catch (NixConfException wrong)
        {
            warnings.Add(wrong.Message);
        }
        if (sandbox.Mode == SandboxMode.Off && daemon.Sandbox.Mode != SandboxMode.Off && daemon.StaysSandboxed)
            warnings.Add(SandboxMapping.StaysOn);
        build = build with
        {
            KeepsFailed = client.KeepFailed ?? build.KeepsFailed,
            KeepsGoing = client.KeepGoing ?? build.KeepsGoing,
            Fallback = client.Fallback ?? build.Fallback,
            MaxJobs = client.MaxJobs is { } jobs ? (int)Math.Min(jobs, int.MaxValue) : build.MaxJobs,
            MaxSilent = client.MaxSilentTime is { } silent
                ? silent > TimeSpan.Zero
                    ? silent
                    : null
                : build.MaxSilent,
            Cores = client.Cores is { } cores ? (int)Math.Min(cores, int.MaxValue) : build.Cores,
            UsesSubstitutes = client.Substitute ?? build.UsesSubstitutes,
        };
        return (
            new EffectiveSettings(
                build,
                sandbox with
                {
                    Timeout = build.Timeout,
                    MaxSilent = build.MaxSilent,
                    MaxLogBytes = build.MaxLogBytes,
                    Cores = build.Cores > 0 ? build.Cores : machine.Cores,
                }
            ),
            warnings
        );
    }
}
