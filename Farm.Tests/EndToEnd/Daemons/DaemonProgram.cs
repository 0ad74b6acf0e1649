using System.Diagnostics;
using Farm.Tests.Daemon.Clients;
using Farm.Tests.EndToEnd.Processes;

namespace Farm.Tests.EndToEnd.Daemons;

/// <summary>The program <c>farm daemon</c> as a process on a side's directories, with the variables that clients have.</summary>
internal static class DaemonProgram
{
    /// <summary>Writes a script that runs the program there, under another name where one is wanted.</summary>
    /// <param name="name">What the script is called.</param>
    /// <param name="arguments">What the program gets before the script's own arguments.</param>
    public static string Script(NixSide side, string name, string arguments)
    {
        var start = ProgramUnderTest.Start(side.Root, []);
        var first = start.ArgumentList.Select(one => $"'{one}'");
        var file = $"{side.Root}/{name}";
        var variables = side.Variables.Where(one => one.Key is not "NIX_REMOTE");
        File.WriteAllLines(
            file,
            [
                "#!/bin/sh",
                .. variables.Select(one => $"export {one.Key}='{one.Value}'"),
                $"exec '{start.FileName}' {string.Join(' ', first)} {arguments} \"$@\"",
            ]
        );
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        return file;
    }

    /// <summary>Starts a command of words.</summary>
    public static Process Start(params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new UnreachableException("a new process was asked for");
    }

    /// <summary>Returns when there is a socket.</summary>
    public static async Task SocketFileAsync(string path, Process process)
    {
        while (!File.Exists(path))
        {
            Assert.False(process.HasExited, $"'{process.StartInfo.FileName}' has ended");
            await Task.Delay(10);
        }
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public static async Task TerminateAsync(Process process)
    {
        using (var kill = Start("kill", "-TERM", $"{process.Id}"))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
    }
}
