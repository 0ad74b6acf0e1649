namespace Farm.Tests.Support;

/// <summary>A test that runs the program <c>farm</c> as processes, on derivations of the real Nix, with builds in real namespaces.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FarmProcessFactAttribute : RequiresNixFactAttribute
{
    public FarmProcessFactAttribute() => Skip ??= new SandboxFactAttribute().Skip;
}
