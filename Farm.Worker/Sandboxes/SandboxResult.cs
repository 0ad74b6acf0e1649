namespace Farm.Worker.Sandboxes;

/// <summary>How a build in a sandbox has ended. In every case no process of it is left.</summary>
public abstract record SandboxResult
{
    private SandboxResult(SandboxUsage usage) => Usage = usage;

    public SandboxUsage Usage { get; }

    /// <summary>The builder has ended by itself.</summary>
    public sealed record Exited(int Code, SandboxUsage Usage) : SandboxResult(Usage);

    /// <summary>A signal ended the builder; SIGKILL (9) also when it closed its output.</summary>
    public sealed record Signalled(int Signal, SandboxUsage Usage) : SandboxResult(Usage);

    /// <summary>It ran longer than <see cref="SandboxSpec.Timeout"/> and was killed.</summary>
    public sealed record TimedOut(SandboxUsage Usage) : SandboxResult(Usage);

    /// <summary>It printed nothing for <see cref="SandboxSpec.MaxSilent"/> and was killed.</summary>
    public sealed record FellSilent(SandboxUsage Usage) : SandboxResult(Usage);

    /// <summary>It printed more than <see cref="SandboxSpec.MaxLogBytes"/> and was killed.</summary>
    public sealed record LogLimitExceeded(SandboxUsage Usage) : SandboxResult(Usage);

    /// <summary>The builder could not be executed: a fault of the derivation.</summary>
    public sealed record NotExecutable(string Reason, SandboxUsage Usage) : SandboxResult(Usage);

    /// <summary>The sandbox could not be made: a fault of the host.</summary>
    public sealed record SetupFailed(string Reason, SandboxUsage Usage) : SandboxResult(Usage);
}
