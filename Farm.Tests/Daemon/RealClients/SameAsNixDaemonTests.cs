using System.Diagnostics;
using System.Net.Sockets;
using Farm.Daemon.Trust;
using Farm.Store.Signing;
using Farm.Tests.Daemon.Support;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.RealClients;

/// <summary>The same commands of real Nix, on the same store directory, through real <c>nix-daemon</c> and through this one.</summary>
public sealed class SameAsNixDaemonTests
{
    [RequiresNixDaemonFact]
    public Task Root_sees_no_difference() => CompareAsync(isNobody: false);

    [RequiresNixDaemonFact]
    public Task A_user_who_is_not_trusted_sees_no_difference() => CompareAsync(isNobody: true);

    private static async Task CompareAsync(bool isNobody)
    {
        var real = new List<string>();
        var ours = new List<string>();
        using var directory = new TemporaryDirectory();
        var path = directory.File("n");
        Prepare(directory.Path, path);
        var shell = new NixShell(path, isNobody);
        using (var daemon = shell.StartDaemon())
        {
            try
            {
                await WaitForAsync(Path.Combine(path, "socket"), daemon);
                real.AddRange(await RunAllAsync(shell, isNobody));
            }
            finally
            {
                daemon.Kill(entireProcessTree: true);
                await daemon.WaitForExitAsync();
            }
        }
        await RemoveAsync(path);
        Prepare(directory.Path, path);
        shell = new NixShell(path, isNobody);
        // As the configuration that real Nix has here.
        var signing = SigningSettings.Default with
        {
            RequireSignatures = false,
        };
        await using (await DaemonHarness.StartAsync(trust: TrustRules.Default, signing: signing, path: path))
            ours.AddRange(await RunAllAsync(shell, isNobody));
        Assert.Equal(real, ours);
    }

    private static void Prepare(string parent, string path)
    {
        var everybody = (UnixFileMode)Convert.ToInt32("755", 8);
        File.SetUnixFileMode(parent, everybody);
        Directory.CreateDirectory(path, everybody);
        DaemonScenario.Prepare(path);
        Directory.CreateDirectory(Path.Combine(path, "nix/store"));
        // Without it real Nix's daemon takes itself for its own client.
        Directory.CreateDirectory(Path.Combine(path, "var/nix"));
    }

    private static async Task<IReadOnlyList<string>> RunAllAsync(NixShell shell, bool isNobody)
    {
        var outcomes = new List<string>();
        foreach (var command in DaemonScenario.Commands.Where(command => !isNobody || !SignsPaths(command)))
        {
            var (exitCode, output, error) = await shell.RunAsync(command);
            var fails = error.Contains("error:", StringComparison.Ordinal) ? ", with an error" : "";
            outcomes.Add($"{command}\n=> {exitCode}{fails}\n{output}");
        }
        return outcomes;
    }

    /// <summary>Newer Nix takes signatures from anybody, as this daemon does; 2.8 from trusted users alone.</summary>
    private static bool SignsPaths(string command) => command.Contains("sample-1", StringComparison.Ordinal);

    private static async Task WaitForAsync(string socket, Process daemon)
    {
        while (!daemon.HasExited)
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await probe.ConnectAsync(new UnixDomainSocketEndPoint(socket));
                return;
            }
            catch (SocketException)
            {
                await Task.Yield(); // Not yet.
            }
        }
        throw new InvalidOperationException($"nix-daemon ended: {await daemon.StandardError.ReadToEndAsync()}");
    }

    private static async Task RemoveAsync(string path)
    {
        using var chmod = Process.Start("chmod", ["-R", "u+rwX", path]);
        await chmod.WaitForExitAsync();
        Directory.Delete(path, recursive: true);
    }
}
