namespace Farm.Derivations;

/// <summary>Whose evaluator is followed where Nix's versions differ in what they write to a derivation.</summary>
/// <remarks>They differ in the JSON of structured attributes only: in fractions, and in the escapes of backspace and form feed.</remarks>
public enum NixDialect
{
    /// <summary>Nix 2.8: six significant digits (<c>2</c>, <c>3.14159</c>, <c>1e+10</c>), <c>\u0008</c>, <c>\u000c</c>.</summary>
    Nix28,

    /// <summary>Current Nix: the shortest digits that read back as the same number (<c>2.0</c>, <c>3.14159265</c>), <c>\b</c>, <c>\f</c>.</summary>
    Current,
}
