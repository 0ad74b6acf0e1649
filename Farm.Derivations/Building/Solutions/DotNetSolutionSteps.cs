using System.Collections.Immutable;
using Farm.Store.Local;

namespace Farm.Derivations.Building.Solutions;

/// <summary>The derivations of a solution: its packages, each project compiled by itself, and steps upon those.</summary>
/// <remarks>A project's derivation has its own folder and those of the projects that it refers to as its source, and these as they are compiled as
/// inputs: what does not refer to another is compiled beside it, and a change compiles only what refers to the changed project.</remarks>
public sealed class DotNetSolutionSteps
{
    private readonly DotNetSolutionSpec _spec;
    private readonly DerivationSettings? _settings;
    private readonly IReadOnlyDictionary<string, Source> _sources;

    private DotNetSolutionSteps(
        DotNetSolutionSpec spec,
        DerivationSettings? settings,
        Derivation packages,
        IReadOnlyDictionary<string, Source> sources
    )
    {
        (_spec, _settings, Packages, _sources) = (spec, settings, packages, sources);
        var compiled = ImmutableDictionary<string, Derivation>.Empty;
        foreach (var project in spec.Solution.Projects)
            compiled = compiled.Add(project.Name, DotNet.Build(Of(project, "compiled", compiled), settings));
        Compiled = compiled;
    }

    /// <summary>The package folder.</summary>
    public Derivation Packages { get; }

    /// <summary>What <see cref="DotNet.Build"/> makes of each project, by its name.</summary>
    public ImmutableDictionary<string, Derivation> Compiled { get; }

    /// <summary>Makes the derivations; reads the sources, and the packages of this machine.</summary>
    /// <param name="spec">The solution.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="DerivationException">Something is missing, or the hash is none.</exception>
    public static async Task<DotNetSolutionSteps> CreateAsync(
        DotNetSolutionSpec spec,
        DerivationSettings? settings = null,
        CancellationToken ct = default
    )
    {
        var solution = spec.Solution;
        var name = Path.GetFileNameWithoutExtension(solution.File);
        var files = solution
            .Projects.Select(project => project.File)
            .Append(Path.GetFileName(solution.File))
            .ToHashSet();
        var sources = new Dictionary<string, Source>();
        foreach (var project in solution.Projects)
        {
            var folders = project.References.Append(project).Select(each => each.Folder).ToHashSet();
            sources.Add(
                project.Name,
                await SourceAsync(project.Name, path => IsWithin(path, folders)).ConfigureAwait(false)
            );
        }
        var packages = DotNet.Restore(
            new DotNetRestoreSpec
            {
                Name = $"{name}-packages",
                Source = await SourceAsync($"{name}-projects", files.Contains).ConfigureAwait(false),
                Project = Path.GetFileName(solution.File),
                Tools = spec.Tools,
                Feed = await solution.PackagesAsync(settings, ct).ConfigureAwait(false),
                Hash = spec.PackagesHash,
                Arguments = spec.Arguments,
            },
            settings
        );
        return new DotNetSolutionSteps(spec, settings, packages, sources);

        Task<Source> SourceAsync(string name, Func<string, bool> isWanted) =>
            Source.WhereAsync(
                solution.Root,
                (path, kind) =>
                    kind == TreeEntryKind.Directory
                        ? Path.GetFileName(path) is not ("bin" or "obj" or ".git")
                            && (isWanted(path) || files.Any(file => IsAbove(path, file)))
                        : isWanted(path) || IsShared(path, spec.SharedFiles),
                name,
                settings,
                ct
            );
    }

    /// <summary>A project's program, as <see cref="DotNet.Publish"/> makes it.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="arguments">Further arguments.</param>
    /// <exception cref="DerivationException">There is no such project.</exception>
    public Derivation Publish(string project, params IReadOnlyList<NixString> arguments)
    {
        var spec = Of(_spec.Solution[project], "published", Compiled);
        return DotNet.Publish(spec with { Arguments = [.. spec.Arguments, .. arguments] }, _settings);
    }

    /// <summary>The tests of a project, as <see cref="DotNet.Test"/> runs them.</summary>
    /// <param name="project">The project's name, which is that of its assembly.</param>
    /// <param name="filter">Which tests; null for all.</param>
    /// <param name="name">The name in the store; null for one that is made of the project's.</param>
    /// <exception cref="DerivationException">There is no such project.</exception>
    public Derivation Test(string project, string? filter = null, string? name = null)
    {
        var tests = _spec.Solution[project];
        return DotNet.Test(
            new DotNetTestSpec
            {
                Name = name ?? $"{project}-tested",
                Compiled = Compiled[project],
                Assembly = Path.Combine(
                    tests.Folder,
                    "bin",
                    _spec.Configuration,
                    tests.TargetFramework,
                    $"{project}.dll"
                ),
                Tools = _spec.Tools,
                Filter = filter,
            },
            _settings
        );
    }

    private DotNetSpec Of(DotNetProject project, string what, ImmutableDictionary<string, Derivation> compiled) =>
        new()
        {
            Name = $"{project.Name}-{what}",
            Source = _sources[project.Name],
            Project = project.File,
            Tools = _spec.Tools,
            Packages = Packages,
            References = [.. project.References.Select(reference => compiled[reference.Name])],
            Configuration = _spec.Configuration,
            Arguments = _spec.Arguments,
        };

    private static bool IsShared(string path, IReadOnlyList<string> files) =>
        !path.Contains('/')
        && (
            path is "global.json" or ".editorconfig"
            || path.StartsWith("Directory.", StringComparison.Ordinal)
            || files.Contains(path)
        );

    private static bool IsAbove(string folder, string file) => file.StartsWith(folder + "/", StringComparison.Ordinal);

    private static bool IsWithin(string path, HashSet<string> folders) =>
        folders.Contains("")
        || folders.Any(folder => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal));
}
