namespace Farm.Derivations.Building;

/// <summary>The packages of a .NET project.</summary>
public sealed record DotNetRestoreSpec
{
    /// <summary>The name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>The directory with the project; its project files, <c>Directory.*</c> files and <c>global.json</c> are enough, and then a change elsewhere restores nothing.</summary>
    public required NixString Source { get; init; }

    /// <inheritdoc cref="DotNetSpec.Project"/>
    public required string Project { get; init; }

    /// <inheritdoc cref="DotNetSpec.Tools"/>
    public required IReadOnlyList<Tool> Tools { get; init; }

    /// <summary>Where packages come from: an address, a source with packages (<see cref="Solutions.DotNetSolution.PackagesAsync"/>), or a folder of the
    /// machine that builds, which a tool must show.</summary>
    public NixString Feed { get; init; } = "https://api.nuget.org/v3/index.json";

    /// <summary>SHA-256 of the package folder in SRI form; empty where it is not known yet, and the failing build tells it.</summary>
    public required string Hash { get; init; }

    /// <inheritdoc cref="DotNetSpec.Arguments"/>
    public IReadOnlyList<NixString> Arguments { get; init; } = [];
}
