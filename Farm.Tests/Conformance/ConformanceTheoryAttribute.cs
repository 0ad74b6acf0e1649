using Farm.Tests.Support;

namespace Farm.Tests.Conformance;

/// <summary>A theory that builds with real Nix and with Farm, each in its sandbox.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceTheoryAttribute : TheoryAttribute
{
    public ConformanceTheoryAttribute() =>
        Skip = new SandboxFactAttribute().Skip ?? new RequiresNixFactAttribute().Skip;
}
