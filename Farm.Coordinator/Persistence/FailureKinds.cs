using Farm.Protocol.Api;

namespace Farm.Coordinator.Persistence;

/// <summary>Kinds of failure as the database has them: the names of the API.</summary>
internal static class FailureKinds
{
    public static string Print(FailureKind kind) =>
        kind switch
        {
            FailureKind.Build => "build",
            FailureKind.Timeout => "timeout",
            FailureKind.HashMismatch => "hashMismatch",
            FailureKind.NotDeterministic => "notDeterministic",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Null, which the first version of the schema leaves, counts as a failed build.</summary>
    /// <exception cref="InvalidDataException">There is no such kind.</exception>
    public static FailureKind Parse(string? text) =>
        text switch
        {
            null or "build" => FailureKind.Build,
            "timeout" => FailureKind.Timeout,
            "hashMismatch" => FailureKind.HashMismatch,
            "notDeterministic" => FailureKind.NotDeterministic,
            _ => throw new InvalidDataException($"'{text}' in the coordinator's database is no kind of failure"),
        };
}
