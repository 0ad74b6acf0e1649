using System.CommandLine;
using Farm.Cli.Commands.Stores.Transfers;
using Farm.Cli.Settings;
using Farm.Store.BinaryCaches;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Worker.Execution;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary>The stores that <c>--from</c> names and the configured substituters, open for as long as a repair lasts.</summary>
internal sealed class GoodCopies : IAsyncDisposable
{
    private readonly List<StoreEnd> _ends = [];
    private readonly LocalStore _damaged;
    private readonly Config _config;
    private Substituters? _substituters;
    private readonly LocalBuilds _builds;

    private GoodCopies(LocalStore damaged, Config config) =>
        (_damaged, _config, _builds) = (damaged, config, new LocalBuilds(damaged, config));

    /// <summary>Asks the stores in the order in which they were named, then the substituters, then builds the path again.</summary>
    public IRepairSource Source
    {
        get
        {
            var sources = _ends.Select(IRepairSource (end) => new StoreRepairSource(_damaged, end.Store)).ToList();
            if (_substituters is not null)
                sources.Add(new SubstituterRepairSource(_damaged, _substituters));
            return new RepairSources([.. sources, new RebuildRepairSource(_damaged, _builds.Parts)]);
        }
    }

    /// <summary>Of the verbs that repair.</summary>
    public static Option<string[]> From() =>
        new("--from")
        {
            Description =
                "Where good copies come from before farm.store.substituters are asked: a binary cache's address, or another store's root; may be repeated.",
            HelpName = "URL|ROOT",
        };

    /// <exception cref="CommandException">A text names no store, or a setting is malformed.</exception>
    public static async Task<GoodCopies> OpenAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        LocalStore damaged,
        IEnumerable<string> from,
        CancellationToken ct
    )
    {
        var copies = new GoodCopies(damaged, SettingsFile.Load(parsed.GetValue(GlobalOptions.Config)));
        try
        {
            foreach (var text in from)
                copies._ends.Add(
                    await StoreEnd.OpenAsync(verbs, parsed, text, isWritten: false, ct).ConfigureAwait(false)
                );
            var settings = NodeOptions.Read(copies._config, SubstituterSettings.From);
            if (settings is { IsOn: true, Caches.IsEmpty: false })
                copies._substituters = await Substituters
                    .OpenAsync(settings, damaged, verbs.Services.Clock, ct)
                    .ConfigureAwait(false);
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
        _substituters?.Dispose();
        _builds.Dispose();
        foreach (var end in _ends)
            await end.DisposeAsync().ConfigureAwait(false);
    }
}
