namespace Farm.Tests.Conformance.Cases;

/// <summary>Structured attributes. Nix 2.8 tells the host's path of the two files, so these are found in the build directory.</summary>
internal static class StructuredCases
{
    private const string Files = "cat .attrs.json .attrs.sh > $out";

    public static readonly ConformanceCase[] All =
    [
        new("structured", $$"""js { text = "a"; list = [ 1 "two" ]; set = { a = 1; b = "x y"; }; } "{{Files}}" """),
        new(
            "structured-environment",
            """js { text = "a"; } "env | grep -v NIX_ATTRS_ | sort > $out; ls -A >> $out" """
        ),
        new(
            "structured-strings",
            $$"""js { quotes = "it's \"q\" \\ $x `y`"; lines = "a\nb\tc\r"; unicode = "é ☃ 𝄞 \u007f"; empty = ""; } "{{Files}}" """
        ),
        new(
            "structured-numbers",
            $$"""js { zero = 0; minus = -7; large = 9007199254740993; over = 4294967296; top = 2147483648; half = 1.5; whole = 2.0; wide = 1.0e20; small = 1.0e-5; } "{{Files}}" """
        ),
        new("structured-simple", $$"""js { yes = true; no = false; nothing = null; } "{{Files}}" """),
        new(
            "structured-lists",
            $$"""js { none = [ ]; mixed = [ 1 "a b" true false null ]; nested = [ [ 1 ] ]; sets = [ { a = 1; } ]; floats = [ 1.5 ]; } "{{Files}}" """
        ),
        new(
            "structured-sets",
            $$"""js { none = { }; "odd-name" = 1; "_x" = 2; set = { "a'b" = "c'd"; e = null; }; deep = { a = { b = 1; }; }; } "{{Files}}" """
        ),
        new("structured-paths", $$"""js { inherit leaf top; both = [ leaf top ]; } "{{Files}}" """),
        new(
            "structured-ignores-pass-as-file",
            $$"""js { passAsFile = [ "big" ]; big = "x"; } "{{Files}}; ls -A >> $out" """
        ),
        new("structured-placeholder", $$"""js { here = builtins.placeholder "out"; } "{{Files}}" """),
        new(
            "structured-outputs",
            """
            js { outputs = [ "out" "dev" ]; }
              "cat .attrs.json > $out; echo > ${builtins.placeholder "dev"}"
            """
        ),
    ];
}
