using System.Collections.Immutable;

namespace Farm.Derivations.Building.Solutions;

/// <summary>A project of a .NET solution, as MSBuild has evaluated it.</summary>
/// <remarks>Not to be compared: two readings of the same project are two values.</remarks>
public sealed class DotNetProject
{
    internal DotNetProject() { }

    /// <summary>The file's name without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>The project's file, from the solution's folder.</summary>
    public required string File { get; init; }

    /// <summary>The project's folder, from the solution's; empty where it is the same.</summary>
    public string Folder => Path.GetDirectoryName(File) ?? "";

    /// <summary>Projects that it refers to, directly or not, each after those that it refers to itself.</summary>
    public required ImmutableArray<DotNetProject> References { get; init; }

    /// <summary>What it is compiled for, such as <c>net10.0</c>; the first of several.</summary>
    public required string TargetFramework { get; init; }

    /// <summary>Packages that it was restored with, as their folders in the package folder are named: <c>xunit/2.9.3</c>.</summary>
    public required ImmutableSortedSet<string> Packages { get; init; }
}
