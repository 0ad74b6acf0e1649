namespace Farm.Tests.Conformance.Cases;

/// <summary>What a derivation asks of its own outputs: references, requisites, sizes.</summary>
internal static class CheckCases
{
    public static readonly ConformanceCase[] All =
    [
        Kept("references-allowed", """sh { inherit leaf; allowedReferences = [ leaf ]; } "echo $leaf > $out" """),
        Kept("references-none-allowed", """sh { inherit leaf; allowedReferences = [ ]; } "echo > $out" """),
        Broken("references-not-allowed", """sh { inherit leaf; allowedReferences = [ ]; } "echo $leaf > $out" """),
        Broken(
            "references-other-allowed",
            """sh { inherit leaf middle; allowedReferences = [ middle ]; } "echo $leaf > $out" """
        ),
        Kept(
            "references-only-direct",
            """sh { inherit middle; allowedReferences = [ middle ]; } "echo $middle > $out" """
        ),
        Broken("references-self-counts", """sh { allowedReferences = [ ]; } "echo $out > $out" """),
        Kept("references-self-by-name", """sh { allowedReferences = [ "out" ]; } "echo $out > $out" """),
        Kept(
            "references-of-all-outputs",
            """sh { inherit leaf; outputs = [ "out" "dev" ]; allowedReferences = [ "dev" leaf ]; } "echo $dev > $out; echo $leaf > $dev" """
        ),
        Broken(
            "references-of-one-output",
            """sh { inherit leaf; outputs = [ "out" "dev" ]; allowedReferences = [ "dev" ]; } "echo $dev > $out; echo $leaf > $dev" """
        ),
        Broken("references-unknown-name", """sh { allowedReferences = [ "lib" ]; } "echo > $out" """),
        Broken(
            "references-file-inside",
            """sh { inherit leaf; allowedReferences = [ "${leaf}/x" ]; } "echo $leaf > $out" """
        ),
        Kept(
            "requisites-allowed",
            """sh { inherit middle; allowedRequisites = [ middle leaf ]; } "echo $middle > $out" """
        ),
        Broken(
            "requisites-not-allowed",
            """sh { inherit middle; allowedRequisites = [ middle ]; } "echo $middle > $out" """
        ),
        Kept("requisites-self-does-not-count", """sh { allowedRequisites = [ ]; } "echo $out > $out" """),
        Broken(
            "requisites-through-an-output",
            """sh { inherit leaf; outputs = [ "out" "dev" ]; allowedRequisites = [ "dev" ]; } "echo $dev > $out; echo $leaf > $dev" """
        ),
        Broken(
            "disallowed-reference",
            """sh { inherit leaf; disallowedReferences = [ leaf ]; } "echo $leaf > $out" """
        ),
        Kept(
            "disallowed-reference-through-others",
            """sh { inherit middle; disallowedReferences = [ leaf ]; } "echo $middle > $out" """
        ),
        Broken("disallowed-reference-self", """sh { disallowedReferences = [ "out" ]; } "echo $out > $out" """),
        Broken(
            "disallowed-requisite",
            """sh { inherit middle; disallowedRequisites = [ leaf ]; } "echo $middle > $out" """
        ),
        Kept("disallowed-requisite-self", """sh { disallowedRequisites = [ "out" ]; } "echo $out > $out" """),
        Kept(
            "disallowed-requisite-absent",
            """sh { inherit leaf; disallowedRequisites = [ top ]; } "echo $leaf > $out" """
        ),
        Broken("disallowed-unknown-name", """sh { disallowedReferences = [ "lib" ]; } "echo > $out" """),
        Kept(
            "fixed-with-checks",
            """sh { outputHash = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="; allowedReferences = [ ]; } "printf hello > $out" """
        ),
        Kept("structured-size", """js { outputChecks.out.maxSize = 120; } "printf hello > $out" """),
        Broken("structured-size-too-large", """js { outputChecks.out.maxSize = 119; } "printf hello > $out" """),
        Kept(
            "structured-closure-size",
            """js { outputChecks.out.maxClosureSize = 360; inherit leaf; } "printf ${leaf} > $out" """
        ),
        Broken(
            "structured-closure-size-too-large",
            """js { outputChecks.out.maxClosureSize = 200; inherit leaf; } "printf ${leaf} > $out" """
        ),
        Kept(
            "structured-references",
            """js { outputChecks.out.allowedReferences = [ leaf "out" ]; } "echo ${leaf} $out > $out" """
        ),
        Broken(
            "structured-references-none",
            """js { outputChecks.out.allowedReferences = [ ]; } "echo ${leaf} > $out" """
        ),
        Broken(
            "structured-requisites-self-counts",
            """js { outputChecks.out.allowedRequisites = [ ]; } "echo $out > $out" """
        ),
        Broken(
            "structured-disallowed-requisite-self",
            """js { outputChecks.out.disallowedRequisites = [ "out" ]; } "echo $out > $out" """
        ),
        Broken(
            "structured-disallowed-reference",
            """js { outputChecks.out.disallowedReferences = [ leaf ]; } "echo ${leaf} > $out" """
        ),
        Broken(
            "structured-disallowed-requisite",
            """js { outputChecks.out.disallowedRequisites = [ leaf ]; } "echo ${middle} > $out" """
        ),
        Broken("structured-unknown-name", """js { outputChecks.out.allowedReferences = [ "lib" ]; } "echo > $out" """),
        Kept("structured-checks-of-no-output", """js { outputChecks.lib.maxSize = 1; } "echo > $out" """),
        Kept(
            "structured-ignores-plain-checks",
            """js { allowedReferences = [ ]; disallowedRequisites = [ leaf ]; } "echo ${leaf} > $out" """
        ),
        Kept(
            "structured-checks-of-one-output",
            """
            js { outputs = [ "out" "dev" ]; outputChecks.dev = { maxSize = 120; allowedReferences = [ ]; }; }
              "echo ${builtins.placeholder "dev"} ${leaf} > $out; echo > ${builtins.placeholder "dev"}"
            """
        ),
        Broken(
            "structured-checks-of-the-other-output",
            """
            js { outputs = [ "out" "dev" ]; outputChecks.dev.allowedReferences = [ ]; }
              "echo > $out; echo $out > ${builtins.placeholder "dev"}"
            """
        ),
        new(
            "structured-discarded-references",
            """js { unsafeDiscardReferences.out = true; } "echo $out ${leaf} > $out" """
        )
        {
            DiscardsReferences = true,
        },
        new(
            "structured-kept-references",
            """js { unsafeDiscardReferences.out = false; } "echo $out ${leaf} > $out" """
        ),
        new(
            "plain-discarded-references",
            """sh { inherit leaf; unsafeDiscardReferences = "out"; } "echo $leaf > $out" """
        ),
    ];

    private static ConformanceCase Kept(string name, string expression) => new(name, expression);

    private static ConformanceCase Broken(string name, string expression) =>
        new(name, expression, Ending.OutputRejected);
}
