namespace Farm.Tests.Support;

/// <summary>A test that needs root: namespaces, build users, mounts.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (Environment.UserName != "root")
            Skip = "Needs root.";
    }
}
