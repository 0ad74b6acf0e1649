namespace Farm.Tests.Conformance.Cases;

/// <summary>Builders that are part of Nix.</summary>
internal static class BuiltinCases
{
    private const string Hello = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

    private const string RecursiveHello = "sha256-CkMIecJm+LV/QJKg+TXPP6zUi7zN5XYNR0jKQFFx6Wk=";

    /// <summary>A file that is the archive of one with the text <c>hello</c>.</summary>
    private const string Archive = """
        "file://${make "archive.nar" { } ''
          text() {
            n=''${#1}; printf "\\$(printf %03o $n)\\0\\0\\0\\0\\0\\0\\0%s" "$1"
            while [ $((n % 8)) != 0 ]; do printf "\\0"; n=$((n + 1)); done
          }
          for word in nix-archive-1 "(" type regular contents hello ")"; do text "$word"; done > $out
        ''}"
        """;

    /// <summary>Two packages that share directories but no file, and one that another propagates.</summary>
    private const string Packages = """
        (rec {
          one = make "one" { } "mkdir -p $out/bin $out/share/doc/one $out/nix-support; echo 1 > $out/bin/one; echo 1 > $out/share/doc/one/x; echo x > $out/nix-support/setup; echo . > $out/.hidden";
          two = make "two" { } "mkdir -p $out/bin $out/share/doc/two $out/share/info; echo 2 > $out/bin/two; echo 2 > $out/share/doc/two/x; ln -s nowhere $out/bin/dangling; echo > $out/share/info/dir; echo > $out/manifest.json; ln -s bin $out/sbin";
          three = make "three" { } "mkdir -p $out/bin; echo 3 > $out/bin/three; echo 3 > $out/bin/one";
          asking = make "asking" { inherit three; } "mkdir -p $out/bin $out/nix-support; echo a > $out/bin/asking; echo $three > $out/nix-support/propagated-user-env-packages";
          linked = make "linked" { inherit two; } "mkdir $out; ln -s $two/bin $out/bin; ln -s $two/share $out/share";
          file = make "file" { } "echo > $out";
          binFile = make "bin-file" { } "mkdir $out; echo > $out/bin";
        })
        """;

    public static readonly ConformanceCase[] All =
    [
        new("fetch-file", Fetch("", Text("hello"))),
        new(
            "fetch-executable",
            Fetch(
                "executable = true; outputHashMode = \"recursive\";",
                Text("hello"),
                "sha256-nPgU+RLrmtRn2kdwJzkyQwL4jyzGNcs+Sdg8PgHVo94="
            )
        ),
        new("fetch-mismatch", Fetch("", Text("other")), Ending.HashMismatch),
        new(
            "fetch-absent",
            Fetch("", "\"file:///nix/store/0j6rvjf3qaa5vnp8xqfbbh0dm0l4k7jw-absent\""),
            Ending.BuilderFailed
        ),
        new("fetch-outside", Fetch("", "\"file:///etc/passwd-\""), Ending.BuilderFailed),
        new(
            "fetch-without-url",
            """builtin "fetchurl" { outputHash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; outputHashMode = "flat"; }""",
            Ending.BuilderFailed
        ),
        new("fetch-unpack", Fetch("unpack = true; outputHashMode = \"recursive\";", Archive, RecursiveHello)),
        new("builtin-unknown", """builtin "nothing" { }""", Ending.BuilderFailed),
        new("env-two", Env("one", "5", "two", "5")),
        new("env-priorities", Env("one", "5", "three", "4")),
        new("env-priorities-reversed", Env("three", "6", "one", "5")),
        new("env-conflict", Env("one", "5", "three", "5"), Ending.BuilderFailed),
        new("env-propagated", Env("asking", "5", "one", "5")),
        new("env-linked", Env("linked", "5", "one", "5")),
        new("env-file-as-package", Env("one", "5", "file", "5")),
        new("env-directory-before-file", Env("one", "5", "binFile", "6")),
        new(
            "env-merged-directory-and-file",
            $$"""let p = {{Packages}}; in env [ "true" 5 2 p.one p.two "true" 6 1 p.binFile ]""",
            Ending.BuilderFailed
        ),
        new("env-file-and-directory", Env("binFile", "5", "one", "6"), Ending.BuilderFailed),
        new("env-inactive", $$"""let p = {{Packages}}; in env [ "false" 5 1 p.three "true" 5 2 p.one p.two ]"""),
        new("env-empty", "env [ ]"),
        new("env-malformed", """env [ "true" "x" 1 ]""", Ending.BuilderFailed),
        new(
            "channel",
            Channel("mkdir t; echo 1 > t/default.nix; chmod +x t/default.nix; ln -s default.nix t/link; tar cf $out t")
        ),
        new("channel-gzip", Channel("mkdir t; echo 1 > t/default.nix; tar cf - t | gzip > $out")),
        new("channel-bzip2", Channel("mkdir t; echo 1 > t/default.nix; tar cf - t | bzip2 > $out")),
        new("channel-two", Channel("mkdir t u; tar cf $out t u"), Ending.BuilderFailed),
        new("channel-no-archive", Channel("echo no > $out"), Ending.BuilderFailed),
    ];

    private static string Text(string text) => $"\"file://${{builtins.toFile \"text\" \"{text}\"}}\"";

    private static string Fetch(string attributes, string url, string hash = Hello) =>
        $$"""builtin "fetchurl" ({ url = {{url}}; outputHash = "{{hash}}"; outputHashMode = "flat"; outputHashAlgo = "sha256"; } // { {{attributes}} })""";

    private static string Env(string first, string firstPriority, string second, string secondPriority) =>
        $$"""let p = {{Packages}}; in env [ "true" {{firstPriority}} 1 p.{{first}} "true" {{secondPriority}} 1 p.{{second}} ]""";

    private static string Channel(string script) =>
        $$"""builtin "unpack-channel" { channelName = "nixpkgs"; src = make "channel.tar" { } "{{script}}"; }""";
}
