using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Worker.Core;

namespace Farm.Worker.Execution;

/// <summary>What one attempt has to build, and from what.</summary>
/// <param name="Key">Which attempt.</param>
/// <param name="Request">What to build.</param>
/// <param name="Inputs">The whole input closure, with who has it.</param>
public sealed record BuildAssignment(AttemptKey Key, BuildRequest Request, ImmutableArray<InputHolders> Inputs);
