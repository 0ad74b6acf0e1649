namespace Farm.Tests.Support;

/// <summary>A test that runs the real <c>nix-instantiate</c> and <c>nix-store</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class RequiresNixFactAttribute : FactAttribute
{
    public RequiresNixFactAttribute()
    {
        if (RealNix.MissingProgram is { } missing)
            Skip = $"Needs the program '{missing}' (Debian: nix-bin).";
    }
}
