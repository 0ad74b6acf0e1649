namespace Farm.Tests.Conformance;

/// <summary>A test that builds with real Nix and with Farm, each in its sandbox.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceFactAttribute : FactAttribute
{
    public ConformanceFactAttribute() => Skip = new ConformanceTheoryAttribute().Skip;
}
