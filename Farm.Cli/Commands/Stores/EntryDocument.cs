using System.Diagnostics;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores;

/// <summary>A file, directory or symbolic link in a store object, as JSON.</summary>
/// <param name="Name">In its directory.</param>
/// <param name="Type"><c>regular</c>, <c>directory</c> or <c>symlink</c>.</param>
/// <param name="Size">Length in bytes, of a regular file.</param>
/// <param name="Executable">Whether it may be run, of a regular file.</param>
/// <param name="Target">Where it points, of a symbolic link.</param>
public sealed record EntryDocument(string Name, string Type, long? Size, bool? Executable, string? Target)
{
    public static EntryDocument Of(ObjectEntry entry) =>
        entry switch
        {
            ObjectEntry.Regular file => new($"{file.Name}", "regular", file.SizeBytes, file.IsExecutable, null),
            ObjectEntry.Directory => new($"{entry.Name}", "directory", null, null, null),
            ObjectEntry.Symlink link => new($"{link.Name}", "symlink", null, null, $"{link.Target}"),
            _ => throw new UnreachableException(),
        };
}
