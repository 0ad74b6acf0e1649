using System.Globalization;
using Farm.Worker.Running;

namespace Farm.Tests.Hardening;

/// <summary>The helper started by an ordinary user.</summary>
internal static class RootlessLauncher
{
    private const UnixFileMode Runnable = (UnixFileMode)0x1ED;

    /// <param name="directory">Takes what starts the helper; the user must be able to enter it.</param>
    /// <param name="scratch">The build's directory, which is given to the user.</param>
    public static async Task<SandboxLauncher> MakeAsync(string directory, string scratch, uint user)
    {
        var helper = Path.Combine(directory, "farm-sandbox");
        File.Copy(SandboxProgram.Find(null), helper, overwrite: true);
        File.SetUnixFileMode(helper, Runnable);
        var script = Path.Combine(directory, "as-ordinary-user");
        await File.WriteAllTextAsync(
            script,
            string.Create(
                CultureInfo.InvariantCulture,
                $"#!/bin/sh\nexec setpriv --reuid {user} --regid {user} --clear-groups {helper}\n"
            )
        );
        File.SetUnixFileMode(script, Runnable);
        var (exit, output) = await AttemptPrograms.RunAsync(
            "chown",
            [$"{user}:{user}", scratch],
            new Dictionary<string, string>(),
            directory
        );
        Assert.True(exit == 0, output);
        return new SandboxLauncher(script);
    }
}
