namespace Farm.Tests.Support;

/// <summary>A theory that runs builds in real namespaces; see <see cref="SandboxFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SandboxTheoryAttribute : TheoryAttribute
{
    public SandboxTheoryAttribute() => Skip = new SandboxFactAttribute().Skip;
}
