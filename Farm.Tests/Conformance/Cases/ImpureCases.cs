namespace Farm.Tests.Conformance.Cases;

/// <summary>Derivations that may come to something else each time.</summary>
internal static class ImpureCases
{
    private const string Leaf = """(make "impure-leaf" impure "echo leaf > $out")""";

    public static readonly ConformanceCase[] All =
    [
        One("impure-file", """sh impure "echo hi > $out" """),
        One("impure-self", """sh impure "mkdir $out; echo $out > $out/self" """),
        One(
            "impure-flat",
            """sh (impure // { outputHashMode = "flat"; outputHashAlgo = "sha1"; }) "echo hi > $out" """
        ),
        One("impure-outputs", """sh (impure // { outputs = [ "out" "dev" ]; }) "echo $dev > $out; echo dev > $dev" """),
        One("impure-network", """sh impure "ls /etc | grep -q nsswitch.conf; echo hi > $out" """),
        One("impure-unchecked", """sh impure "echo \${NIX_OUTPUT_CHECKED-unset} > $out" """),
        One(
            "impure-host-variables",
            """sh (impure // { impureEnvVars = [ "FARM_PROBE" "FARM_UNSET" ]; }) "echo $FARM_PROBE-\${FARM_UNSET-no} > $out" """
        ),
        One("impure-on-impure", $$"""sh (impure // { x = {{Leaf}}; }) "cat $x > $out; echo $x >> $out" """),
        One(
            "fixed-on-impure",
            $$"""sh { x = {{Leaf}}; outputHash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; } "grep -q leaf $x; printf hello > $out" """
        ),
        One("pure-on-impure", $$"""sh { x = {{Leaf}}; } "cat $x > $out" """, Ending.InputRejected),
        One("ca-on-impure", $$"""sh (ca // { x = {{Leaf}}; }) "cat $x > $out" """, Ending.InputRejected),
        One("impure-failing", """sh impure "exit 1" """, Ending.BuilderFailed),
        One("impure-missing", """sh impure "true" """, Ending.OutputRejected),
    ];

    private static ConformanceCase One(string name, string expression, Ending ending = Ending.Built) =>
        new(name, expression, ending) { HasExperiments = true, IsImpure = true };
}
