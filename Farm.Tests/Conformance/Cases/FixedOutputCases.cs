namespace Farm.Tests.Conformance.Cases;

/// <summary>Outputs whose contents are promised: every algorithm, both methods, kept and broken promises.</summary>
internal static class FixedOutputCases
{
    /// <summary>Hashes of the text <c>hello</c>.</summary>
    private static readonly (string Algorithm, string Flat, string Recursive)[] Hello =
    [
        ("md5", "5d41402abc4b2a76b9719d911017c592", "d5f71056c1fb056ec673d7c942d6269b"),
        ("sha1", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", "5144612b23081da49ab008bd0b73960b6a2b7fe9"),
        (
            "sha256",
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            "0a430879c266f8b57f4092a0f935cf3facd48bbccde5760d4748ca405171e969"
        ),
        (
            "sha512",
            "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
            "0d1b2424fde1885198ddd99e258e5431c4f00b6ce756a94a31d15563470969a2cbc4ddeb36a7aa93ad21be08cf2bd659e711cc89b0c36fb8a1a76188377d0283"
        ),
    ];

    private static readonly string Network = new FileInfo("/proc/self/ns/net").LinkTarget ?? "none";

    public static readonly ConformanceCase[] All =
    [
        .. Hello.SelectMany(hash => Kept(hash.Algorithm, hash.Flat, hash.Recursive)),
        .. Hello.SelectMany(hash => Broken(hash.Algorithm, hash.Flat, hash.Recursive)),
        new(
            "fixed-directory",
            """
            sh { outputHashMode = "recursive"; outputHash = "sha256-oXrRHZyHzNnIZMfEaXjY/Xck0qL62ktH+jE71iyavNc="; }
              "mkdir $out; printf hello > $out/f"
            """
        ),
        new(
            "fixed-hash-as-text",
            Fixed("sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "", "printf hello > $out")
        ),
        new("fixed-flat-directory", Flat("mkdir $out"), Ending.OutputRejected),
        new("fixed-flat-link", Flat("printf hello > f; ln -s $PWD/f $out"), Ending.OutputRejected),
        new("fixed-flat-executable", Flat("printf hello > $out; chmod +x $out"), Ending.OutputRejected),
        new("fixed-missing", Flat("true"), Ending.OutputRejected),
        new("fixed-failing", Flat("exit 1"), Ending.BuilderFailed),
        new("fixed-checked", Flat("test \"$NIX_OUTPUT_CHECKED\" = 1 && printf hello > $out")),
        new("fixed-files", Flat("ls /etc | grep -q nsswitch.conf && printf hello > $out")),
        // The host's own network, by its name.
        new("fixed-network", Flat($"test \"$(readlink /proc/self/ns/net)\" = \"{Network}\" && printf hello > $out")),
        new(
            "impure-variables",
            Fixed(
                "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
                """impureEnvVars = [ "FARM_PROBE" "FARM_UNSET" "HOME" ]; FARM_PROBE = "of the derivation";""",
                """test \"$FARM_PROBE\" = \"of the host\" && test \"$HOME\" = /host && test \"\${FARM_UNSET-no}\" = \"\" && printf hello > $out"""
            )
        ),
    ];

    private static IEnumerable<ConformanceCase> Kept(string algorithm, string flat, string recursive) =>
        [
            new($"fixed-flat-{algorithm}", Named(algorithm, "flat", flat)),
            new($"fixed-recursive-{algorithm}", Named(algorithm, "recursive", recursive)),
        ];

    private static IEnumerable<ConformanceCase> Broken(string algorithm, string flat, string recursive) =>
        [
            new($"mismatch-flat-{algorithm}", Named(algorithm, "flat", recursive), Ending.HashMismatch),
            new($"mismatch-recursive-{algorithm}", Named(algorithm, "recursive", flat), Ending.HashMismatch),
        ];

    private static string Named(string algorithm, string mode, string hash) =>
        $$"""sh { outputHashAlgo = "{{algorithm}}"; outputHashMode = "{{mode}}"; outputHash = "{{hash}}"; } "printf hello > $out" """;

    private static string Flat(string script) =>
        Fixed(
            "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
            "",
            script.Replace("\"", "\\\"", StringComparison.Ordinal)
        );

    private static string Fixed(string hash, string attributes, string script) =>
        $$"""sh { outputHash = "{{hash}}"; {{attributes}} } "{{script}}" """;
}
