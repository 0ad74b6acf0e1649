using System.Collections.Immutable;

namespace Farm.Protocol;

/// <summary>One attempt that a worker should be doing.</summary>
/// <param name="Attempt">Its id.</param>
/// <param name="Epoch">Number of the attempt among those of its step, from 1; a report with another epoch is refused.</param>
/// <param name="Request">What to build; null once the worker has reported the attempt.</param>
/// <param name="Limits">How long each phase may last.</param>
/// <param name="Inputs">The whole input closure, in store path order; empty when <paramref name="Request"/> is null.</param>
public sealed record DesiredAttempt(
    AttemptId Attempt,
    long Epoch,
    BuildRequest? Request,
    PhaseLimits Limits,
    ImmutableArray<InputHolders> Inputs
);
