using System.Collections.Immutable;
using System.Text.Json;

namespace Farm.Derivations.Building.Solutions;

/// <summary>Reads what MSBuild's <c>GenerateRestoreGraphFile</c> writes, and the <c>project.assets.json</c> that restoring has left.</summary>
internal static class RestoreGraph
{
    private const string Assets = "project.assets.json";

    /// <param name="solution">The solution's file.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="DerivationException">A project is not below the solution's folder, or projects refer to each other in a circle.</exception>
    public static async Task<DotNetSolution> ReadAsync(string solution, byte[] graph, CancellationToken ct)
    {
        using var document = JsonDocument.Parse(graph);
        var nodes = document
            .RootElement.GetProperty("projects")
            .EnumerateObject()
            .OrderBy(node => node.Name, StringComparer.Ordinal)
            .ToDictionary(node => node.Name, node => node.Value, StringComparer.Ordinal);
        if (nodes.Count == 0)
            throw new DerivationException($"The solution '{solution}' has no project; give another file.");
        var done = new Dictionary<string, DotNetProject?>(StringComparer.Ordinal);
        var projects = ImmutableArray.CreateBuilder<DotNetProject>();
        foreach (var node in nodes.Keys)
            await AddAsync(node).ConfigureAwait(false);
        var folder = nodes.Values.First().GetProperty("restore").GetProperty("packagesPath").GetString()!; // the graph has it always
        return new DotNetSolution(solution, Path.TrimEndingDirectorySeparator(folder), projects.ToImmutable());

        async Task<DotNetProject> AddAsync(string path)
        {
            if (done.TryGetValue(path, out var known))
            {
                return known
                    ?? throw new DerivationException(
                        $"The project '{path}' refers to itself by way of others; break the circle."
                    );
            }
            done.Add(path, null);
            var references = new List<DotNetProject>();
            foreach (var next in ReferencesOf(nodes[path]).Order(StringComparer.Ordinal))
            {
                var reference = await AddAsync(next).ConfigureAwait(false);
                references.AddRange([.. reference.References, reference]);
            }
            var project = new DotNetProject
            {
                Name = Path.GetFileNameWithoutExtension(path),
                File = Below(Path.GetDirectoryName(solution)!, path), // a file is in a folder
                References = [.. references.Distinct()],
                TargetFramework = Frameworks(nodes[path]).First().Name,
                Packages = await PackagesAsync(nodes[path], ct).ConfigureAwait(false),
            };
            done[path] = project;
            projects.Add(project);
            return project;
        }
    }

    /// <summary>Whether all projects of a graph are restored.</summary>
    public static bool IsRestored(byte[] graph)
    {
        using var document = JsonDocument.Parse(graph);
        return document
            .RootElement.GetProperty("projects")
            .EnumerateObject()
            .All(node => File.Exists(AssetsOf(node.Value)));
    }

    private static string AssetsOf(JsonElement node) =>
        Path.Combine(node.GetProperty("restore").GetProperty("outputPath").GetString()!, Assets); // the graph has it always

    private static string Below(string root, string path)
    {
        var relative = Path.GetRelativePath(root, path);
        return relative.StartsWith("..", StringComparison.Ordinal)
            ? throw new DerivationException(
                $"The project '{path}' is not below '{root}'; give a solution above all of its projects."
            )
            : relative;
    }

    private static JsonElement.ObjectEnumerator Frameworks(JsonElement node) =>
        node.GetProperty("frameworks").EnumerateObject();

    private static IEnumerable<string> ReferencesOf(JsonElement node) =>
        node.GetProperty("restore")
            .GetProperty("frameworks")
            .EnumerateObject()
            .SelectMany(framework => framework.Value.GetProperty("projectReferences").EnumerateObject())
            .Select(reference => reference.Name)
            .Distinct(StringComparer.Ordinal);

    private static async Task<ImmutableSortedSet<string>> PackagesAsync(JsonElement node, CancellationToken ct)
    {
        using var assets = JsonDocument.Parse(await File.ReadAllBytesAsync(AssetsOf(node), ct).ConfigureAwait(false));
        var packages = assets
            .RootElement.GetProperty("libraries")
            .EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Value.GetProperty("path").GetString()!); // every library has one
        return packages.Concat(Downloads(node)).ToImmutableSortedSet(StringComparer.Ordinal);
    }

    /// <summary>Packages that a project does not refer to but works with: of hosts, compilers, reference assemblies.</summary>
    private static IEnumerable<string> Downloads(JsonElement node) =>
        from framework in Frameworks(node)
        where framework.Value.TryGetProperty("downloadDependencies", out _)
        from package in framework.Value.GetProperty("downloadDependencies").EnumerateArray()
        let name = package.GetProperty("name").GetString()!.ToLowerInvariant()
        // A range of one version: [1.2.3, 1.2.3].
        let version = package.GetProperty("version").GetString()!.Trim('[', ']').Split(',')[0].Trim()
        select $"{name}/{version.ToLowerInvariant()}";
}
