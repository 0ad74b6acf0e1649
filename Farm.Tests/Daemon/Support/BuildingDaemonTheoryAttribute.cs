namespace Farm.Tests.Daemon.Support;

/// <summary>A theory that needs what <see cref="BuildingDaemonFactAttribute"/> does.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BuildingDaemonTheoryAttribute : TheoryAttribute
{
    public BuildingDaemonTheoryAttribute() => Skip = new BuildingDaemonFactAttribute().Skip;
}
