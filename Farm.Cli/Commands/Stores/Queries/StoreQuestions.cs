using System.Collections.Immutable;

namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>All that <c>farm store query</c> can be asked.</summary>
internal static class StoreQuestions
{
    /// <summary>What is asked where nothing else is.</summary>
    public static StoreQuestion Outputs { get; } =
        new("--outputs", null, "Outputs of derivations; asked where nothing else is.", EachAnswers.OutputsAsync);

    public static ImmutableArray<StoreQuestion> All { get; } =
    [
        Outputs,
        new("--requisites", "-R", "The paths and all they refer to, directly or not.", SetAnswers.RequisitesAsync),
        new("--references", null, "What the paths refer to.", SetAnswers.ReferencesAsync),
        new("--referrers", null, "What refers to the paths.", SetAnswers.ReferrersAsync),
        new(
            "--referrers-closure",
            null,
            "The paths and all that refers to them, directly or not.",
            SetAnswers.UsersAsync
        ),
        new("--deriver", "-d", "The derivations that the paths were built from.", EachAnswers.DeriversAsync),
        new("--valid-derivers", null, "Valid derivations that have the paths as outputs.", SetAnswers.DeriversAsync),
        new("--hash", null, "SHA-256 of the paths as archives.", EachAnswers.HashesAsync),
        new("--size", null, "Lengths of the paths as archives, in bytes.", EachAnswers.SizesAsync),
        new("--roots", null, "What keeps the paths from being collected.", RootsAnswer.LinesAsync),
        new("--tree", null, "All they refer to, as a tree.", TreeAnswer.LinesAsync),
        new("--graph", null, "All they refer to, in the language of Graphviz.", DotAnswer.LinesAsync),
        new("--graphml", null, "All they refer to, as GraphML.", GraphmlAnswer.LinesAsync),
        new("--resolve", null, "The store paths that links lead to.", EachAnswers.ResolvedAsync),
        new("--hash-part", null, "The paths with these hash parts (32 characters).", EachAnswers.HashPartsAsync),
    ];
}
