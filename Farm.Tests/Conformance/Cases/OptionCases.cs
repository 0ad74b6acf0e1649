using Farm.Worker.Planning;

namespace Farm.Tests.Conformance.Cases;

/// <summary>Attributes about where and when to build.</summary>
internal static class OptionCases
{
    public static readonly ConformanceCase[] All =
    [
        new("prefer-local-build", """sh { preferLocalBuild = true; } "env | sort > $out" """),
        new("allow-substitutes", """sh { allowSubstitutes = false; } "env | sort > $out" """),
        new("features-that-are-there", """sh { requiredSystemFeatures = [ "big-parallel" ]; } "env | sort > $out" """),
        new("features-that-are-not", """sh { requiredSystemFeatures = [ "nope" ]; } "" """, Ending.InputRejected),
        new(
            "structured-features-that-are-not",
            """js { requiredSystemFeatures = [ "nope" ]; } "" """,
            Ending.InputRejected
        ),
        new("recursive-nix", """sh { requiredSystemFeatures = [ "recursive-nix" ]; } "" """, Ending.InputRejected),
        new("uid-range", """sh { requiredSystemFeatures = [ "uid-range" ]; } "" """, Ending.InputRejected),
        new("structured-uid-range", """js { requiredSystemFeatures = [ "uid-range" ]; } "" """, Ending.InputRejected),
        new("meta", """sh { meta = "m"; passthru = "p"; impureEnvVars = [ "NIX_CONF_DIR" ]; } "env | sort > $out" """),
        new("no-sandbox", """sh { __noChroot = true; } "echo > $out" """, Ending.InputRejected),
        Relaxed("no-sandbox-relaxed", """sh { __noChroot = true; } "ls -A / > $out; env | sort >> $out" """, "relaxed"),
        Relaxed("no-sandbox-off", """sh { __noChroot = true; } "ls -A / > $out; env | sort >> $out" """, "off"),
        Relaxed("structured-no-sandbox", """js { __noChroot = true; } "ls -A / > $out" """, "relaxed"),
        new("no-sandbox-only-as-1", """sh { __noChroot = "true"; } "echo > $out" """),
        new("host-files", """sh { __impureHostDeps = [ "/etc/fstab" ]; } "echo > $out" """, Ending.InputRejected),
        Seeing(
            "host-files-allowed",
            """sh { __impureHostDeps = [ "/etc/debian_version" ]; } "cat /etc/debian_version > $out" """
        ),
        Seeing("host-files-missing", """sh { __impureHostDeps = [ "/etc/no-such-file" ]; } "ls /etc > $out" """),
        Seeing(
            "host-files-in-disguise",
            """sh { __impureHostDeps = [ "/etc/../usr/./share//debianutils" ]; } "ls -R /usr > $out" """
        ),
        Seeing("host-files-beside", """sh { __impureHostDeps = [ "/etc/../bin" ]; } "" """, Ending.InputRejected),
        Seeing(
            "structured-host-files",
            """js { __impureHostDeps = [ "/usr/share/debianutils" ]; } "ls -R /usr > $out" """
        ),
    ];

    private static ConformanceCase Relaxed(string name, string expression, string mode)
    {
        var one = new ConformanceCase(name, expression);
        return one with
        {
            NixOptions = ["--option", "sandbox", mode == "off" ? "false" : mode],
            Settings = one.Settings with { Mode = Enum.Parse<SandboxMode>(mode, ignoreCase: true) },
        };
    }

    private static ConformanceCase Seeing(string name, string expression, Ending ending = Ending.Built)
    {
        var one = new ConformanceCase(name, expression, ending);
        string[] allowed = ["/etc/debian_version", "/etc/no-such-file", "/usr/share"];
        return one with
        {
            NixOptions = ["--option", "allowed-impure-host-deps", string.Join(' ', allowed)],
            Settings = one.Settings with { AllowedHostFiles = [.. allowed] },
        };
    }
}
