using Farm.Derivations;

namespace Farm.Tests.Derivations.Generated;

/// <summary>One text twice: for C#, and as Nix writes it.</summary>
internal sealed record GeneratedText(NixString Value, string Nix);
