using System.Runtime.CompilerServices;

namespace Farm.Tests.Conventions;

/// <summary>The project's own source files, found from where this file was compiled.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths of all C# source files relative to the root, build output left out.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Directory
            .EnumerateDirectories(Root, "Farm.*")
            .Append(Path.Combine(Root, "Cake.Farm"))
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        for (var folder = Path.GetDirectoryName(thisFile); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Farm.slnx")))
                return folder;
        }

        throw new DirectoryNotFoundException($"No folder above '{thisFile}' holds Farm.slnx.");
    }
}
