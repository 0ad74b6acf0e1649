using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Farm.Cli.Nodes;
using Farm.Cli.Progress;
using Farm.Cli.Settings;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores;

/// <summary>What the verbs of <c>farm store</c> have in common: finding, opening and letting go of the store.</summary>
internal sealed class StoreVerbs(CommandServices services)
{
    private const string RootKey = "farm.store.root";

    /// <summary>Of every verb.</summary>
    public static readonly Option<string?> Root = new("--store")
    {
        Description = "The physical root of the store, such as a node's data directory; farm.store.root if not given.",
        HelpName = "ROOT",
        Recursive = true,
    };

    public CommandServices Services => services;

    /// <summary>A display for a verb that takes a while; shows nothing where one of the options is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="silencing">The verb's <c>--json</c> and <c>--quiet</c>.</param>
    public WorkDisplay Progress(ParseResult parsed, params ReadOnlySpan<Option<bool>> silencing)
    {
        var isSilent = false;
        foreach (var option in silencing)
        {
            isSilent |= parsed.GetValue(option);
        }
        return WorkDisplay.On(services.Terminal, services.Clock, isSilent);
    }

    /// <summary>Writes one document for a script, and a line break.</summary>
    /// <param name="document">What to write.</param>
    /// <param name="type">Its description, as a rule from <see cref="CliJsonContext"/>.</param>
    public void WriteJson<T>(T document, JsonTypeInfo<T> type) =>
        services.Terminal.Out.WriteLine(JsonSerializer.Serialize(document, type));

    /// <summary>Runs on the store that is there.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public void OnStore(Command command, Func<ParseResult, LocalStore, CancellationToken, Task> work) =>
        command.SetAction((parsed, ct) => RunAsync(parsed, mayMake: false, work, ct));

    /// <summary>Runs on the store, which is made where there is none yet in the directory.</summary>
    public void OnNewStore(Command command, Func<ParseResult, LocalStore, CancellationToken, Task> work) =>
        command.SetAction((parsed, ct) => RunAsync(parsed, mayMake: true, work, ct));

    /// <summary>As <see cref="OnStore"/>, for a verb that does not always need a store.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public Task<int> RunAsync(ParseResult parsed, Func<LocalStore, Task> work, CancellationToken ct) =>
        RunAsync(parsed, mayMake: false, (_, store, _) => work(store), ct);

    private async Task<int> RunAsync(
        ParseResult parsed,
        bool mayMake,
        Func<ParseResult, LocalStore, CancellationToken, Task> work,
        CancellationToken ct
    )
    {
        var config = SettingsFile.Load(parsed.GetValue(GlobalOptions.Config));
        var root = Path.GetFullPath(parsed.GetValue(Root) ?? config.GetString(RootKey, "/"));
        if (!Directory.Exists(root))
        {
            throw new CommandException($"There is no directory '{root}'; name a store's root with --store ROOT.");
        }
        var settings = NodeOptions.Read(NodeOptions.WithStoreRoot(config, root), LocalStoreSettings.From);
        if (!mayMake && !Directory.Exists(settings.Layout.DatabaseDir))
        {
            throw new CommandException(
                $"There is no store below '{root}': '{settings.Layout.DatabaseDir}' is missing; name a store's root with --store ROOT."
            );
        }
        var opened = await OpenedStore.OpenAsync(settings, services.Clock, ct).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            await work(parsed, opened.Store, ct).ConfigureAwait(false);
        }
        return ExitCode.Done;
    }
}
