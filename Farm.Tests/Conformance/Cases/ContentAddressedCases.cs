namespace Farm.Tests.Conformance.Cases;

/// <summary>Outputs whose paths follow from their contents: every method and algorithm, references to themselves, to one another and
/// to inputs, and derivations that depend on such.</summary>
internal static class ContentAddressedCases
{
    private const string Leaf = """(make "ca-leaf" ca "echo leaf > $out")""";

    /// <summary>Its two outputs refer to one another in one direction, and to themselves.</summary>
    private const string Pair = """
        (make "ca-pair" (ca // { outputs = [ "out" "dev" ]; })
          "mkdir $dev $out; echo $dev > $dev/self; echo $dev $out > $out/both; ln -s $dev/self $out/link")
        """;

    public static readonly ConformanceCase[] All =
    [
        One("ca-file", """sh ca "echo hi > $out" """),
        One("ca-executable", """sh ca "echo hi > $out; chmod +x $out" """),
        One("ca-directory", """sh ca "mkdir -p $out/a/b; echo x > $out/a/b/c; ln -s c $out/a/b/d" """),
        One("ca-link", """sh ca "ln -s /nowhere $out" """),
        One("ca-self", """sh ca "echo $out > $out" """),
        One("ca-self-link", """sh ca "ln -s $out/x $out" """),
        One(
            "ca-self-everywhere",
            """
            sh ca ''
              mkdir $out; for i in 1 2 3; do echo "$out $out/x" >> $out/text; done
              mkdir $out/d; echo name > $out/d/''${out#/nix/store/}; ln -s $out/text $out/link; echo -n "''${out#/nix/store/}" > $out/bare
            ''
            """
        ),
        One(
            "ca-named-reference",
            $$"""sh (ca // { inherit leaf; }) "mkdir $out; ln -s $leaf $out/leaf; echo $out > $out/self" """
        ),
        .. ((string[])["md5", "sha1", "sha256", "sha512"]).SelectMany(algorithm =>
            (ConformanceCase[])
                [
                    One($"ca-flat-{algorithm}", $$"""sh (floating "flat" "{{algorithm}}") "echo hi > $out" """),
                    One(
                        $"ca-recursive-{algorithm}",
                        $$"""sh (floating "recursive" "{{algorithm}}") "mkdir $out; echo hi > $out/x" """
                    ),
                ]
        ),
        One(
            "ca-flat-executable",
            """sh (floating "flat" "sha256") "echo hi > $out; chmod +x $out" """,
            Ending.OutputRejected
        ),
        One("ca-flat-directory", """sh (floating "flat" "sha256") "mkdir $out" """, Ending.OutputRejected),
        One("ca-failing", """sh ca "exit 3" """, Ending.BuilderFailed),
        One("ca-missing", """sh ca "true" """, Ending.OutputRejected),
        One("ca-pair", Pair),
        One(
            "ca-chain",
            """
            sh (ca // { outputs = [ "a" "b" "c" ]; })
              "echo $b > $a; echo $c $b > $b; echo $c > $c"
            """
        ),
        One(
            "ca-cycle",
            """sh (ca // { outputs = [ "out" "dev" ]; }) "echo $dev > $out; echo $out > $dev" """,
            Ending.OutputRejected
        ),
        One(
            "ca-placeholders",
            """sh (ca // { prefix = "--prefix=${builtins.placeholder "out"}/x"; }) "echo $prefix > $out; echo ${builtins.placeholder "out"} >> $out" """
        ),
        One(
            "ca-pass-as-file",
            """sh (ca // { passAsFile = [ "big" ]; big = "in ${builtins.placeholder "out"}"; }) "cat $bigPath > $out" """
        ),
        One("ca-structured", """js (ca // { list = [ 1 "two" ]; }) "mkdir $out; cp .attrs.json .attrs.sh $out" """),
        One(
            "ca-allowed",
            """sh (ca // { inherit leaf; allowedReferences = [ leaf "out" ]; }) "echo $leaf $out > $out" """
        ),
        One("ca-not-allowed", """sh (ca // { allowedReferences = [ ]; }) "echo $out > $out" """, Ending.OutputRejected),
        One(
            "ca-disallowed",
            """sh (ca // { inherit leaf; disallowedReferences = [ leaf ]; }) "echo $leaf > $out" """,
            Ending.OutputRejected
        ),
        One("deferred", $$"""sh { x = {{Leaf}}; } "echo $x > $out; cat $x >> $out" """),
        One(
            "deferred-outputs",
            $$"""sh { x = {{Pair}}; outputs = [ "out" "dev" ]; } "echo $x $dev > $out; cat $x/both > $dev" """
        ),
        One("deferred-one-output", $$"""sh { x = {{Pair}}.dev; } "cat $x/self > $out" """),
        One(
            "deferred-on-deferred",
            $$"""sh { x = make "deferred-inner" { y = {{Leaf}}; } "cat $y > $out; echo $y $out >> $out"; } "cat $x > $out; echo $x >> $out" """
        ),
        One("deferred-structured", $$"""js { x = {{Leaf}}; } "cat .attrs.json > $out" """),
        One("deferred-graph", $$"""sh { exportReferencesGraph = [ "graph" {{Pair}} ]; } "cat graph > $out" """),
        One("deferred-failing", $$"""sh { x = {{Leaf}}; } "exit 2" """, Ending.BuilderFailed),
        One("ca-on-ca", $$"""sh (ca // { x = {{Leaf}}; }) "cat $x > $out; echo $x $out >> $out" """),
        One("ca-on-input-addressed", """sh (ca // { inherit middle; }) "cat $middle > $out" """),
        One(
            "ca-on-deferred",
            $$"""sh (ca // { x = make "deferred-inner" { y = {{Leaf}}; } "cat $y > $out"; }) "echo $x > $out" """
        ),
        One(
            "ca-on-equal-content",
            $$"""
            sh (ca // { x = {{Leaf}}; y = make "ca-leaf" (ca // { different = "1"; }) "echo leaf > $out"; })
              "test $x = $y; cat $x > $out"
            """
        ),
        One(
            "fixed-on-ca",
            $$"""sh { x = {{Leaf}}; outputHash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; } "grep -q leaf $x; printf hello > $out" """
        ),
    ];

    private static ConformanceCase One(string name, string expression, Ending ending = Ending.Built) =>
        new(name, expression, ending) { HasExperiments = true };
}
