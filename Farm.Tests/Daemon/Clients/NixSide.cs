using System.Diagnostics;
using System.Text.RegularExpressions;
using Farm.Tests.Daemon.Building;

namespace Farm.Tests.Daemon.Clients;

/// <summary>Directories of a Nix of its own below a temporary one, and the real programs of Nix as clients of the daemon there.</summary>
internal sealed partial class NixSide : IDisposable
{
    private const string Expression = """
        let
          d = name: script: attrs: derivation ({
            inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" script ]; PATH = "/";
          } // attrs);
        in rec {
          ok = d "ok" "echo hi; echo ok > $out" { };
          user = d "user" "read a < ${ok}; echo $a > $out" { };
          multi = d "multi" "echo a > $out; echo b > $dev" { outputs = [ "out" "dev" ]; };
          fail = d "fail" "echo one; echo two; exit 3" { };
          dep = d "dep" "echo ${fail}" { };
          noout = d "noout" "echo x" { };
          two = d "two" "echo ${fail} ${noout} > $out" { };
          hash = d "hash" "echo hi > $out" {
            outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
            outputHashMode = "flat"; outputHashAlgo = "sha256";
          };
          slow = d "slow" "echo begun; while :; do :; done" { };
          random = d "random" "read a < /proc/sys/kernel/random/uuid; echo $a > $out" { };
          sys = d "sys" "echo" { system = "m68k-linux"; };
          many = builtins.genList (i: d "many-${toString i}" "echo ${toString i} > $out" { }) 20;
          imported = import (d "expression" "echo '{ v = 42; }' > $out" { });
          addressed = { __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; };
          leaf = v: d "leaf" "echo leaf > $out # ${v}" addressed;
          middle = v: d "middle" "read a < ${leaf v}; echo $a > $out" addressed;
          deferred = d "deferred" "read a < ${middle "1"}; echo $a > $out" { };
          chain = middle "1";
          changed = middle "2";
          near = d "near" "echo near > $out" { preferLocalBuild = true; };
          gated = name: d name "echo begun; while [ ! -e /gate/${name} ]; do :; done; echo over; echo ${name} > $out" { };
          shared = gated "shared";
          kept = gated "kept";
          hopping = gated "hopping";
          whole = d "whole" "echo ${toString imported.v} > $out" { };
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("farm-nix-side-");
    private readonly Dictionary<string, string> _environment;

    public NixSide()
    {
        _directory.UnixFileMode = (UnixFileMode)0b111_101_101;
        Directory.CreateDirectory($"{Root}/conf");
        Directory.CreateDirectory($"{Root}/home").UnixFileMode = (UnixFileMode)0b111_111_111;
        // Without it real Nix's daemon takes itself for its own client.
        Directory.CreateDirectory($"{Root}/var");
        File.WriteAllLines(
            $"{Root}/conf/nix.conf",
            [
                "build-users-group =",
                "substituters =",
                "sandbox = true",
                "sandbox-paths = /bin/sh=/bin/busybox",
                "experimental-features = nix-command ca-derivations",
            ]
        );
        File.WriteAllText($"{Root}/default.nix", Expression);
        _environment = new()
        {
            ["NIX_STORE_DIR"] = $"{Root}/store",
            ["NIX_STATE_DIR"] = $"{Root}/var",
            ["NIX_LOG_DIR"] = $"{Root}/log",
            ["NIX_CONF_DIR"] = $"{Root}/conf",
            ["NIX_USER_CONF_FILES"] = "",
            ["NIX_REMOTE"] = $"unix://{Socket}",
            ["NIX_DAEMON_SOCKET_PATH"] = Socket,
            ["NIX_BUILD_SHELL"] = "/bin/bash",
            ["HOME"] = $"{Root}/home",
            ["XDG_CACHE_HOME"] = $"{Root}/home/cache",
            ["USER"] = "nobody",
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
            ["TERM"] = "dumb",
        };
    }

    public string Root => _directory.FullName;

    public string Socket => $"{Root}/socket";

    public string StoreDir => $"{Root}/store";

    public IReadOnlyDictionary<string, string> Variables => _environment;

    /// <summary>Gives clients another variable.</summary>
    public void Set(string name, string value) => _environment[name] = value;

    /// <summary>Runs a program of Nix's to its end.</summary>
    /// <param name="line">The command line, divided at blanks; <c>F</c> stands for the file of expressions, <c>P</c> for a profile.</param>
    /// <param name="isUntrusted">As a user who is not root.</param>
    public async Task<ClientRun> RunAsync(string line, bool isUntrusted = false)
    {
        using var process = Start(line, isUntrusted);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error);
        await process.WaitForExitAsync();
        return new ClientRun(process.ExitCode, Plain(await output), Plain(await error));
    }

    /// <summary>Starts real Nix's daemon, which owns the store.</summary>
    public Process StartDaemon() => Start(["nix-daemon"], "local");

    public Process Start(string line, bool isUntrusted = false)
    {
        string[] words = [.. line.Split(' ').Select(Meant)];
        if (isUntrusted)
            words = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", .. words];
        return Start(words, _environment["NIX_REMOTE"]);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private string Meant(string word) =>
        word switch
        {
            "F" => $"{Root}/default.nix",
            "P" => $"{Root}/home/profile",
            _ => word,
        };

    private Process Start(string[] words, string store)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = $"{Root}/home",
        };
        start.Environment.Clear();
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        start.Environment["NIX_REMOTE"] = store;
        return Process.Start(start) ?? throw new UnreachableException("a new process was asked for");
    }

    /// <summary>Without colours, and with paths as names alone, which two stores have in common.</summary>
    private string Plain(string text) =>
        PathHash().Replace(Colours.Strip(text).Replace(StoreDir, "/S", StringComparison.Ordinal), "/S/");

    [GeneratedRegex("/S/[0-9a-z]{32}-")]
    private static partial Regex PathHash();
}

/// <summary>How a client ended, and what it printed.</summary>
internal sealed record ClientRun(int ExitCode, string Output, string Error);
