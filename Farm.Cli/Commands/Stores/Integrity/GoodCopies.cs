using System.CommandLine;
using Farm.Cli.Commands.Stores.Transfers;
using Farm.Cli.Settings;
using Farm.Store.Integrity;
using Farm.Store.Local;
using Farm.Worker.Execution;
using Farm.Worker.Running;

namespace Farm.Cli.Commands.Stores.Integrity;

/// <summary>The stores that <c>--from</c> names, open for as long as a repair lasts.</summary>
internal sealed class GoodCopies : IAsyncDisposable
{
    private const string BuildUsersKey = "farm.worker.build-users-dir";
    private const string BuildUsersDefault = "/var/lib/farm/build-users";

    private readonly List<StoreEnd> _ends = [];
    private readonly LocalStore _damaged;
    private readonly Config _config;

    private GoodCopies(LocalStore damaged, Config config) => (_damaged, _config) = (damaged, config);

    /// <summary>Asks the stores in the order in which they were named, then builds the path again.</summary>
    public IRepairSource Source =>
        new RepairSources([
            .. _ends.Select(end => new StoreRepairSource(_damaged, end.Store)),
            new RebuildRepairSource(_damaged, Parts),
        ]);

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
        var copies = new GoodCopies(damaged, SettingsFile.Load(parsed.GetValue(GlobalOptions.Config)));
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

    private LocalBuildParts Parts() =>
        new(
            _damaged,
            SandboxConfig.Read(_config, _damaged.StoreDir),
            new SandboxLauncher(SandboxProgram.Find(_config.GetString($"{SandboxConfig.Section}.program"))),
            new BuildUsers(_config.GetString(BuildUsersKey, BuildUsersDefault))
        );
}
