using System.Diagnostics;

namespace Farm.Tests.Support;

/// <summary>A directory of its own for one test, removed at its end, immutable files included.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("farm-test-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Run("chattr", "-R", "-f", "-i", Path);
        Run("chmod", "-R", "u+rwX", Path);
        Run("rm", "-rf", Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
    }
}
