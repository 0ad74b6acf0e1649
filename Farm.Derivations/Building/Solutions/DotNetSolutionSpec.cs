namespace Farm.Derivations.Building.Solutions;

/// <summary>How a solution is built, project by project.</summary>
public sealed record DotNetSolutionSpec
{
    /// <summary>The solution.</summary>
    public required DotNetSolution Solution { get; init; }

    /// <inheritdoc cref="DotNetSpec.Tools"/>
    public required IReadOnlyList<Tool> Tools { get; init; }

    /// <summary>SHA-256 of the package folder in SRI form; empty where it is not known yet, and the failing build tells it.</summary>
    public required string PackagesHash { get; init; }

    /// <summary>Files in the solution's folder that projects read, by name: <c>Directory.Build.props</c> and its like, <c>global.json</c> and <c>.editorconfig</c> are taken without being named.</summary>
    public IReadOnlyList<string> SharedFiles { get; init; } = [];

    /// <inheritdoc cref="DotNetSpec.Configuration"/>
    public string Configuration { get; init; } = "Release";

    /// <inheritdoc cref="DotNetSpec.Arguments"/>
    public IReadOnlyList<NixString> Arguments { get; init; } = [];
}
