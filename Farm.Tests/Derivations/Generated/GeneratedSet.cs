using Farm.Derivations;

namespace Farm.Tests.Derivations.Generated;

/// <summary>A set of attributes twice: for C#, and as Nix writes it.</summary>
internal sealed record GeneratedSet(AttributeSet Attributes, string Nix);
