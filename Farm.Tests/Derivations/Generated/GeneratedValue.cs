using Farm.Derivations;

namespace Farm.Tests.Derivations.Generated;

/// <summary>One value twice: for C#, and as Nix writes it.</summary>
internal sealed record GeneratedValue(NixValue Value, string Nix);
