using System.Diagnostics;
using System.Text;

namespace Farm.Tests.Derivations.Ignoring;

/// <summary>A repository of real git's, and what git would ignore in it.</summary>
internal sealed class GitTree
{
    private readonly string _root;

    private GitTree(string root) => _root = root;

    public static async Task<GitTree> CreateAsync(string root)
    {
        Directory.CreateDirectory(root);
        var tree = new GitTree(root);
        await tree.RunAsync(["init", "-q"], "", 0);
        return tree;
    }

    /// <summary>Those of the paths that git ignores, by themselves or by a directory above them.</summary>
    public async Task<HashSet<string>> IgnoredAsync(IEnumerable<string> paths)
    {
        // 1 is the answer that none is.
        var answer = await RunAsync(
            ["check-ignore", "--no-index", "--stdin", "-z"],
            string.Join('\0', paths) + "\0",
            1
        );
        return [.. answer.Split('\0', StringSplitOptions.RemoveEmptyEntries)];
    }

    private async Task<string> RunAsync(string[] arguments, string input, int alsoGood)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = _root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        // Exclude files of the machine count for nothing here.
        start.Environment["HOME"] = _root;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_root, ".git");
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("git could not be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 || process.ExitCode == alsoGood
            ? await output
            : throw new InvalidOperationException($"git exited with {process.ExitCode}: {await error}");
    }
}
