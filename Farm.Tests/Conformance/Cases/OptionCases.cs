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
        new("meta", """sh { meta = "m"; passthru = "p"; impureEnvVars = [ "NIX_CONF_DIR" ]; } "env | sort > $out" """),
        new("no-sandbox", """sh { __noChroot = true; } "echo > $out" """, Ending.InputRejected),
        new("no-sandbox-only-as-1", """sh { __noChroot = "true"; } "echo > $out" """),
        new("host-files", """sh { __impureHostDeps = [ "/etc/fstab" ]; } "echo > $out" """, Ending.InputRejected),
    ];
}
