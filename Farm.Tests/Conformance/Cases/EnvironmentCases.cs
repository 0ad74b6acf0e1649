namespace Farm.Tests.Conformance.Cases;

/// <summary>What a builder starts with: variables, arguments, files, surroundings.</summary>
internal static class EnvironmentCases
{
    public static readonly ConformanceCase[] All =
    [
        new("environment", """sh { no = false; yes = true; nothing = null; } "env | sort > $out" """),
        new(
            "environment-values",
            """
            sh {
              number = -12; float = 1.5; list = [ "a" 1 [ "b c" ] true null ]; empty = "";
              lines = "one\ntwo\n"; quotes = "\"double\" 'single' \\ $HOME"; unicode = "é ☃ 𝄞"; tab = "\t\r";
              "odd.name-x" = "odd"; path = builtins.toFile "source" "text"; inherit leaf;
            } ''env | sort > $out; cat $path $leaf >> $out''
            """
        ),
        new(
            "environment-overrides",
            """
            sh {
              HOME = "/h"; PATH = "/p"; NIX_STORE = "/s"; NIX_BUILD_CORES = "99"; NIX_BUILD_TOP = "/t"; TMPDIR = "/t";
              TEMP = "/t"; PWD = "/w"; NIX_LOG_FD = "7"; TERM = "dumb"; NIX_OUTPUT_CHECKED = "0"; SHLVL = "5";
            } "env | sort > $out"
            """
        ),
        new("ignore-nulls", """sh { __ignoreNulls = true; nothing = null; } "env | sort > $out" """),
        new(
            "arguments",
            """
            derivation {
              name = "arguments"; system = builtins.currentSystem; builder = "/bin/sh";
              args = [ "-c" "printf '<%s>\n' \"$0\" \"$@\" > $out" "zero" "" "a  b" "ü☃" "t\tn\nq\"s'\\" (builtins.placeholder "out") ];
            }
            """
        ),
        new("no-arguments", """sh { args = [ ]; } "" """, Ending.OutputRejected),
        new(
            "placeholders",
            """
            sh { outputs = [ "out" "dev" ]; here = "${builtins.placeholder "out"}:${builtins.placeholder "dev"}"; big = builtins.placeholder "dev"; passAsFile = [ "big" ]; }
              "echo $here > $out; cat $bigPath > $dev"
            """
        ),
        new(
            "pass-as-file",
            """
            sh { passAsFile = [ "big" "missing" "out" "passAsFile" ]; big = "one\ntwo"; small = "x"; }
              "env | sort > $(cat $outPath); cd /build; for f in .attr-*; do echo $f $(stat -c '%a %u %g %s' $f); cat $f; done >> $(cat $outPath)"
            """
        ),
        new("pass-no-file", """sh { passAsFile = ""; big = "one"; } "env | sort > $out" """),
        new("standard-input", """sh { } "cat > $out; echo end >> $out" """),
        new(
            "working-directory",
            """sh { } "pwd > $out; ls -A . >> $out; stat -c '%n %a %u %g' /build >> $out; stat -c %a /tmp >> $out" """
        ),
        new("user", """sh { } "id -u > $out; id -g >> $out; cat /etc/passwd /etc/group /etc/hosts >> $out" """),
        new("host-name", """sh { } "hostname > $out; cat /proc/sys/kernel/domainname >> $out; ls /etc >> $out" """),
        new("devices", """sh { } "ls /dev > $out; for f in fd stdin ptmx; do readlink /dev/$f; done >> $out" """),
        new("root-directory", """sh { } "ls -A / > $out; ls -A /bin >> $out" """),
        new("limits", """sh { } "umask > $out; ulimit -S -c >> $out; cat /proc/self/personality >> $out" """),
        new("network", """sh { } "cut -d: -f1 /proc/net/dev | tail -n +3 > $out" """),
        new(
            "store-directory",
            """sh { inherit top; } "ls -A /nix/store > $out; stat -c '%n %a %s %Y' $top $(cat $top/middle) >> $out" """
        ),
    ];
}
