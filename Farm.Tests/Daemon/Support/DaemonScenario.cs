namespace Farm.Tests.Daemon.Support;

/// <summary>What a user does with a store, command by command; each is run by a shell in a directory of its own.</summary>
internal static class DaemonScenario
{
    /// <summary>Files that the commands work on.</summary>
    public static void Prepare(string directory)
    {
        var work = Directory.CreateDirectory(Path.Combine(directory, "work")).FullName;
        File.SetUnixFileMode(work, (UnixFileMode)Convert.ToInt32("777", 8));
        File.WriteAllText(Path.Combine(work, "hello"), "hello\n");
        var folder = Directory.CreateDirectory(Path.Combine(work, "folder")).FullName;
        File.WriteAllText(Path.Combine(folder, "a"), "a\n");
        File.CreateSymbolicLink(Path.Combine(folder, "l"), "a");
        File.WriteAllText(Path.Combine(folder, "run"), "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Combine(folder, "run"), (UnixFileMode)Convert.ToInt32("755", 8));
        File.WriteAllText(
            Path.Combine(work, "x.nix"),
            """
            derivation {
              name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo $dep > $out" ];
              dep = derivation { name = "dep"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; };
              src = ./folder; text = builtins.toFile "text" "text";
            }
            """
        );
    }

    /// <summary>Commands whose exit code and standard output say what has happened.</summary>
    public static IReadOnlyList<string> Commands { get; } =
    [
        "nix-store --add hello | tee p",
        "nix-store --add folder | tee d",
        "nix-store --add-fixed sha256 hello",
        "nix-store --add-fixed sha1 hello",
        "nix-store --add-fixed --recursive sha1 folder",
        "nix store add-file hello",
        "nix store add-path folder --name other",
        "cat $(cat p); readlink $(cat d)/l; test -x $(cat d)/run; echo $?",
        "nix-store -q --hash $(cat p); nix-store -q --size $(cat p); nix-store -q --references $(cat p)",
        "nix path-info --json $(cat p) $(cat d) | sed 's/\"registrationTime\":[0-9]*/T/g'",
        "nix store ls -lR $(cat d); nix store ls --json -R $(cat d); nix store cat $(cat d)/a",
        "nix-store --dump $(cat d) | sha256sum; nix store dump-path $(cat d) | sha256sum",
        "nix-store --dump $(cat d) | nix-store --restore restored; cat restored/a; rm -rf restored",
        "nix-instantiate x.nix | tee x",
        "nix-store -q --tree $(cat x); nix-store -q --graph $(cat x) | sort",
        "nix-store -q --outputs $(cat x); nix-store -q --binding src $(cat x); nix-store -q --requisites $(cat x) | sort",
        "nix-store -q --referrers $(nix-store -q --binding src $(cat x)); nix-store -q --referrers-closure $(cat d)",
        "nix-store -q --deriver $(cat x); nix-store -q --roots $(cat x)",
        "nix path-info --derivation -r $(cat x) | sort; nix path-info --derivation -s -S -h $(cat x)",
        "nix-store --export $(nix-store -qR $(cat x)) > exported; nix-store --import < exported; rm exported",
        "nix-store --check-validity $(cat x); echo $?; nix-store --check-validity --print-invalid $(cat x)x",
        "nix-store --verify-path $(cat p) $(cat d)",
        "nix-store --verify; nix-store --verify --check-contents",
        "nix store verify --no-trust --all",
        "nix copy --derivation --to file://$PWD/cache $(cat x); ls cache | wc -l; nix path-info --derivation --store file://$PWD/cache $(cat x)",
        "nix-store --gc --print-dead 2>/dev/null | sort",
        "nix-store --gc --print-live | sort",
        "nix-store --delete $(cat d)",
        "nix-store --delete $(cat x) && nix-store --check-validity $(cat x)",
        "nix copy --derivation --from file://$PWD/cache $(cat x); nix-store --check-validity $(cat x); rm -rf cache",
        "nix-store --optimise",
        "nix store optimise",
        "nix-store --read-log $(cat x)",
        "nix log $(cat x)",
        "nix-store -q --references $(cat p)-no",
        "nix path-info $(cat x)x",
        "nix-store --generate-binary-cache-key sample-1 secret public; nix store sign -k secret $(cat p); rm secret",
        "nix path-info --sigs $(cat p) | grep -c sample-1",
        "nix-store -r $(cat p)-absent",
        "nix-store --verify --repair",
        "nix-store --gc --max-freed 0",
        "nix-collect-garbage | sed 's/[0-9.]* MiB/MiB/'",
        "nix-store --gc --print-dead 2>/dev/null; ls $NIX_STORE_DIR",
    ];
}
