namespace Farm.Tests.Conformance.Cases;

/// <summary><c>exportReferencesGraph</c>, without and with structured attributes.</summary>
internal static class GraphCases
{
    private const string Files = "cat .attrs.json .attrs.sh > $out";

    public static readonly ConformanceCase[] All =
    [
        new("graph", """sh { exportReferencesGraph = [ "graph" top ]; } "cat graph > $out" """),
        new(
            "graph-several",
            """sh { exportReferencesGraph = [ "a" leaf "b_.-9" top ]; } "cat a b_.-9 > $out; stat -c %a a >> $out" """
        ),
        new("graph-later-over-earlier", """sh { exportReferencesGraph = [ "g" top "g" leaf ]; } "cat g > $out" """),
        new("graph-of-a-file-inside", """sh { exportReferencesGraph = [ "g" "${top}/middle" ]; } "cat g > $out" """),
        new("graph-of-a-derivation", """sh { exportReferencesGraph = [ "g" top.drvPath ]; } "cat g > $out" """),
        new(
            "graph-of-a-source",
            """sh { exportReferencesGraph = [ "g" (builtins.toFile "x" (builtins.toFile "y" "why")) ]; } "cat g > $out" """
        ),
        new(
            "graph-of-outputs",
            """
            let two = sh { name = "two"; outputs = [ "out" "lib" ]; } "echo $out $lib > $out; echo x > $lib"; in
            sh { exportReferencesGraph = [ "g" two.out "h" two.lib ]; } "cat g h > $out"
            """
        ),
        new("graph-of-nothing", """sh { exportReferencesGraph = [ ]; } "env | sort > $out" """),
        new("graph-in-odd-words", """sh { exportReferencesGraph = [ "g" ]; } "" """, Ending.InputRejected),
        new("graph-in-a-bad-file", """sh { exportReferencesGraph = [ "../g" leaf ]; } "" """, Ending.InputRejected),
        new(
            "graph-outside-the-store",
            """sh { exportReferencesGraph = [ "g" "/etc/passwd" ]; } "" """,
            Ending.InputRejected
        ),
        new(
            "graph-of-no-input",
            """sh { exportReferencesGraph = [ "g" (builtins.unsafeDiscardStringContext "${leaf}") ]; } "" """,
            Ending.InputRejected
        ),
        new("structured-graph", $$"""js { exportReferencesGraph.closure = [ top ]; } "{{Files}}" """),
        new("structured-graph-of-a-text", $$"""js { exportReferencesGraph.closure = "${top}"; } "{{Files}}" """),
        new(
            "structured-graph-over-an-attribute",
            $$"""js { closure = "x"; exportReferencesGraph = { closure = [ leaf ]; other = [ middle leaf ]; }; } "{{Files}}" """
        ),
        new(
            "structured-graph-of-a-derivation",
            $$"""js { exportReferencesGraph.closure = [ top.drvPath ]; } "{{Files}}" """
        ),
        new(
            "structured-graph-of-a-source",
            $$"""js { exportReferencesGraph.closure = [ (builtins.toFile "x" (builtins.toFile "y" "why")) ]; } "{{Files}}" """
        ),
        new("structured-graph-that-is-none", $$"""js { exportReferencesGraph = [ "g" leaf ]; } "{{Files}}" """),
        new(
            "structured-graph-of-no-input",
            """js { exportReferencesGraph.g = [ (builtins.unsafeDiscardStringContext "${leaf}") ]; } "" """,
            Ending.InputRejected
        ),
    ];
}
