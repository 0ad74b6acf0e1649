using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Support;

/// <summary>A test that builds in real namespaces through this daemon and through real Nix's.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BuildingDaemonFactAttribute : RequiresNixFactAttribute
{
    public BuildingDaemonFactAttribute() =>
        Skip ??= new RequiresNixDaemonFactAttribute().Skip ?? new SandboxFactAttribute().Skip;
}
