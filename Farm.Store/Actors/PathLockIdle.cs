using Farm.Store.Locking;

namespace Farm.Store.Actors;

/// <summary>A lock has nothing to run.</summary>
/// <param name="Key">Which lock.</param>
/// <param name="Taken">How many operations it has been sent so far; if more are on their way it must not go.</param>
internal sealed record PathLockIdle(PathLockKey Key, long Taken);
