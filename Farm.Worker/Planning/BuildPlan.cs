using Farm.Worker.Sandboxes;

namespace Farm.Worker.Planning;

/// <summary>Whether and how a request is built here.</summary>
public abstract record BuildPlan
{
    private BuildPlan() { }

    /// <summary>It can be built so.</summary>
    public sealed record Ready(SandboxSpec Spec) : BuildPlan;

    /// <summary>The derivation asks for what this worker cannot do. Trying elsewhere does not help.</summary>
    /// <param name="Reason">One sentence that names the attribute.</param>
    public sealed record Rejected(string Reason) : BuildPlan;
}
