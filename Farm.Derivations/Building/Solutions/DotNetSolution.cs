using System.Collections.Immutable;
using Farm.Store.Local;

namespace Farm.Derivations.Building.Solutions;

/// <summary>The projects of a .NET solution and how they refer to each other.</summary>
public sealed class DotNetSolution
{
    private readonly string _packageFolder;

    internal DotNetSolution(string file, string packageFolder, ImmutableArray<DotNetProject> projects) =>
        (File, _packageFolder, Projects) = (file, packageFolder, projects);

    /// <summary>The solution's file on this machine.</summary>
    public string File { get; }

    /// <summary>The solution's folder.</summary>
    public string Root => Path.GetDirectoryName(File)!; // a file is in a folder

    /// <summary>The projects, each after those that it refers to.</summary>
    public ImmutableArray<DotNetProject> Projects { get; }

    /// <summary>A project by name.</summary>
    /// <exception cref="DerivationException">There is none.</exception>
    public DotNetProject this[string name] =>
        Projects.FirstOrDefault(project => project.Name == name)
        ?? throw new DerivationException(
            $"The solution '{File}' has no project '{name}'; it has {string.Join(", ", Projects.Select(project => project.Name))}."
        );

    /// <summary>Has MSBuild evaluate a solution or project with all that it refers to, and restore it on this machine where that was not done.</summary>
    /// <param name="file">A <c>.slnx</c>, <c>.sln</c> or project file; the projects it refers to must be in folders below its own.</param>
    /// <param name="arguments">Further arguments, such as <c>-p:Version=1.2</c>.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="DerivationException">It cannot be evaluated or restored, or has a project elsewhere.</exception>
    public static async Task<DotNetSolution> ReadAsync(
        string file,
        IReadOnlyList<string>? arguments = null,
        CancellationToken ct = default
    )
    {
        var full = Path.GetFullPath(file);
        if (!System.IO.File.Exists(full))
            throw new DerivationException($"There is no solution '{full}'; give a .slnx, .sln or project file.");
        var graph = Path.GetTempFileName();
        try
        {
            string[] what =
            [
                "msbuild",
                full,
                "-nologo",
                "-t:GenerateRestoreGraphFile",
                $"-p:RestoreGraphOutputPath={graph}",
            ];
            var folder = Path.GetDirectoryName(full);
            await HostProgram.OutputAsync("dotnet", folder, [.. what, .. arguments ?? []], ct).ConfigureAwait(false);
            var text = await System.IO.File.ReadAllBytesAsync(graph, ct).ConfigureAwait(false);
            if (!RestoreGraph.IsRestored(text))
                await HostProgram
                    .OutputAsync("dotnet", folder, ["restore", full, .. arguments ?? []], ct)
                    .ConfigureAwait(false);
            return await RestoreGraph.ReadAsync(full, text, ct).ConfigureAwait(false);
        }
        finally
        {
            System.IO.File.Delete(graph);
        }
    }

    /// <summary>The packages that the projects were restored with, out of this machine's package folder; a feed for <see cref="DotNet.Restore"/>.</summary>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="DerivationException">A package is not in the folder any more.</exception>
    public async Task<Source> PackagesAsync(DerivationSettings? settings = null, CancellationToken ct = default)
    {
        var packages = Projects.SelectMany(project => project.Packages).ToImmutableSortedSet(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            if (!Directory.Exists(Path.Combine(_packageFolder, package)))
            {
                throw new DerivationException(
                    $"The package '{package}' is not in '{_packageFolder}'; run 'dotnet restore {File}'."
                );
            }
        }
        var names = packages.Select(package => package.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        return await Source.WhereAsync(_packageFolder, IsWanted, "nuget-packages", settings, ct).ConfigureAwait(false);

        bool IsWanted(string path, TreeEntryKind kind)
        {
            var parts = path.Split('/');
            return parts.Length switch
            {
                1 => names.Contains(path),
                2 => packages.Contains(path),
                // The archive and its hash make a feed; where it once came from does not matter.
                3 => path.EndsWith(".nupkg", StringComparison.Ordinal)
                    || path.EndsWith(".nupkg.sha512", StringComparison.Ordinal)
                    || path.EndsWith(".nuspec", StringComparison.Ordinal),
                _ => false,
            };
        }
    }
}
