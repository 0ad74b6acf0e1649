using System.CommandLine;
using Farm.Cli.Progress;
using Farm.Store.Copying;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary>What the verbs that move paths have in common.</summary>
internal static class TransferText
{
    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Show no progress." };

    public static WorkProgress Of(string verb, CopyProgress progress) =>
        new(verb, "paths", progress.PathsDone, progress.PathsTotal, progress.BytesDone, progress.BytesTotal);
}
