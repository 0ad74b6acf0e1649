using Farm.Derivations;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations;

/// <summary>The sources that the vectors' derivations refer to.</summary>
internal static class VectorSources
{
    /// <summary>A directory with a file, a program and a link.</summary>
    public static async Task<Source> TreeAsync(TemporaryDirectory directory)
    {
        var tree = directory.File("srcdir");
        Directory.CreateDirectory(Path.Combine(tree, "sub"));
        await File.WriteAllTextAsync(Path.Combine(tree, "a"), "a");
        var program = Path.Combine(tree, "sub/run");
        await File.WriteAllTextAsync(program, "#!/bin/sh\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(tree, "sub/link"), "../a");
        return await Source.FromAsync(tree);
    }

    public static async Task<Source> FileAsync(TemporaryDirectory directory)
    {
        var file = directory.File("src.txt");
        await File.WriteAllTextAsync(file, "hello source\n");
        return await Source.FromAsync(file);
    }
}
