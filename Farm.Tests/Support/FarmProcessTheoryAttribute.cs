namespace Farm.Tests.Support;

/// <summary>A theory that needs what <see cref="FarmProcessFactAttribute"/> does.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FarmProcessTheoryAttribute : TheoryAttribute
{
    public FarmProcessTheoryAttribute() => Skip = new FarmProcessFactAttribute().Skip;
}
