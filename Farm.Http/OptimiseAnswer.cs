using System.Collections.Immutable;
using Farm.Store.Local;
using Farm.Store.Optimising;

namespace Farm.Http;

/// <summary>What an optimisation has come to, as JSON.</summary>
/// <param name="Kept">How many files stayed copies, by reason.</param>
public sealed record OptimiseAnswer(
    long Paths,
    long FilesHashed,
    long BytesHashed,
    long FilesLinked,
    long SavedBytes,
    long SavedInodes,
    long ContentsAdded,
    long CorruptLinks,
    ImmutableSortedDictionary<string, long> Kept,
    ImmutableArray<string> Suspicious
)
{
    public static OptimiseAnswer Of(OptimiseReport report) =>
        new(
            report.Paths,
            report.FilesHashed,
            report.BytesHashed,
            report.FilesLinked,
            report.SavedBytes,
            report.SavedInodes,
            report.ContentsAdded,
            report.CorruptLinks,
            report.Kept.ToImmutableSortedDictionary(kept => NameOf(kept.Key), kept => kept.Value),
            report.Suspicious
        );

    /// <summary>Begins with a small letter, as all names in JSON.</summary>
    private static string NameOf(KeptReason reason) =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(reason.ToString());
}
