using System.CommandLine;
using Farm.Cli.Commands.Stores.Transfers;
using Farm.Store.Integrity;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary>The stores that <c>--from</c> names, open for as long as a repair lasts.</summary>
internal sealed class GoodCopies : IAsyncDisposable
{
    private readonly List<StoreEnd> _ends = [];

    private GoodCopies(LocalStore damaged) => Damaged = damaged;

    public LocalStore Damaged { get; }

    /// <summary>Asks the stores in the order in which they were named.</summary>
    public IRepairSource Source =>
        new RepairSources([.. _ends.Select(end => new StoreRepairSource(Damaged, end.Store))]);

    /// <summary>Of the verbs that repair.</summary>
    public static Option<string[]> From() =>
        new("--from")
        {
            Description =
                "Where good copies come from: a binary cache's address, or another store's root; may be repeated.",
            HelpName = "URL|ROOT",
        };

    /// <exception cref="CommandException">A text names no store.</exception>
    public static async Task<GoodCopies> OpenAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        LocalStore damaged,
        IEnumerable<string> from,
        CancellationToken ct
    )
    {
        var copies = new GoodCopies(damaged);
        try
        {
            foreach (var text in from)
                copies._ends.Add(
                    await StoreEnd.OpenAsync(verbs, parsed, text, isWritten: false, ct).ConfigureAwait(false)
                );
            return copies;
        }
        catch
        {
            await copies.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var end in _ends)
            await end.DisposeAsync().ConfigureAwait(false);
    }
}
