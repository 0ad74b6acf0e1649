namespace Farm.Store.Closures;

/// <summary>A store path's name, divided into what a package is called, its version, and its output.</summary>
/// <remarks>Shape: the version begins after the first dash that no letter follows; an output is the letters after the last dash.
/// Both are guesses, and <c>x-1.0-unstable</c> has an output for Nix. Source: Nix's <c>DrvName</c> and <c>diff-closures</c>.</remarks>
/// <param name="Name">Such as <c>hello</c>.</param>
/// <param name="Version">Such as <c>2.12</c>; empty where there is none.</param>
public readonly record struct PackageName(string Name, string Version)
{
    /// <summary>Divides the name of a store path.</summary>
    public static PackageName Of(string storePathName)
    {
        ArgumentNullException.ThrowIfNull(storePathName);
        var name = WithoutOutput(storePathName);
        for (var i = 0; i + 1 < name.Length; i++)
        {
            if (name[i] == '-' && !char.IsAsciiLetter(name[i + 1]))
                return new(name[..i], name[(i + 1)..]);
        }
        return new(name, "");
    }

    private static string WithoutOutput(string name)
    {
        var dash = name.LastIndexOf('-');
        if (dash < 0)
            return name;
        var last = name.AsSpan(dash + 1);
        var isOutput = last is "lib32" or "lib64" || (last.Length > 0 && !last.ContainsAnyExceptInRange('a', 'z'));
        return isOutput ? name[..dash] : name;
    }
}
