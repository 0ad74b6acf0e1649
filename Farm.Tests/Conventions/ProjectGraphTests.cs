using System.Xml.Linq;

namespace Farm.Tests.Conventions;

public sealed class ProjectGraphTests
{
    /// <summary>What each library may use of ours; the map is docs/architecture.md.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Farm.Actors"] = [],
        ["Farm.Sandbox"] = [],
        ["Farm.Store"] = ["Farm.Actors"],
        ["Farm.Derivations"] = ["Farm.Store"],
        ["Farm.Protocol"] = ["Farm.Store"],
        ["Farm.Http"] = ["Farm.Store"],
        ["Farm.Client"] = ["Farm.Store", "Farm.Protocol", "Farm.Http"],
        ["Farm.Worker"] = ["Farm.Actors", "Farm.Store", "Farm.Protocol", "Farm.Http"],
        ["Farm.Daemon"] = ["Farm.Actors", "Farm.Store", "Farm.Protocol", "Farm.Http", "Farm.Client", "Farm.Worker"],
        ["Cake.Farm"] = ["Farm.Derivations", "Farm.Http"],
        ["Farm.Fuzz"] = ["Farm.Actors", "Farm.Store", "Farm.Daemon"],
        ["Farm.Coordinator"] = ["Farm.Actors", "Farm.Store", "Farm.Protocol", "Farm.Http"],
    };

    public static TheoryData<string> Libraries => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_uses_only_what_stands_below_it(string project)
    {
        var document = XDocument.Load(Path.Combine(SourceTree.Root, project, $"{project}.csproj"));
        var used = document
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Empty(used.Except(Allowed[project]));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var listed = XDocument
            .Load(Path.Combine(SourceTree.Root, "Farm.slnx"))
            .Descendants("Project")
            .Select(project => Path.GetFileNameWithoutExtension(project.Attribute("Path")!.Value))
            .Order(StringComparer.Ordinal);
        var present = Directory
            .EnumerateFiles(
                SourceTree.Root,
                "*.csproj",
                new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }
            )
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal);
        Assert.Equal(present, listed);
    }
}
