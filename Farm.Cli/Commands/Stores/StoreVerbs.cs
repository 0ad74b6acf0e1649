using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

    /// <summary>The settings of a store on this machine.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="root">Its root; null for what the command line or the configuration names.</param>
    public static LocalStoreSettings Settings(ParseResult parsed, string? root)
    {
        var config = SettingsFile.Load(parsed.GetValue(GlobalOptions.Config));
        var directory = Path.GetFullPath(root ?? parsed.GetValue(Root) ?? config.GetString(RootKey, "/"));
        return NodeOptions.Read(NodeOptions.WithStoreRoot(config, directory), LocalStoreSettings.From);
    }

    /// <summary>Opens a store on this machine.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="root">As for <see cref="Settings"/>.</param>
    /// <param name="mayMake">Whether it is made where there is none yet in the directory.</param>
    /// <param name="ct">Stops.</param>
    /// <exception cref="CommandException">There is none.</exception>
    public async Task<OpenedStore> OpenAsync(ParseResult parsed, string? root, bool mayMake, CancellationToken ct)
    {
        var settings = Settings(parsed, root);
        if (!Directory.Exists(settings.Layout.Root))
        {
            throw new CommandException(
                $"There is no directory '{settings.Layout.Root}'; name a store's root with --store ROOT."
            );
        }
        if (!mayMake && !Directory.Exists(settings.Layout.DatabaseDir))
        {
            throw new CommandException(
                $"There is no store below '{settings.Layout.Root}': '{settings.Layout.DatabaseDir}' is missing; name a store's root with --store ROOT."
            );
        }
        var opened = await OpenedStore.OpenAsync(settings, services.Clock, ct).ConfigureAwait(false);
        foreach (var notice in opened.Store.Notices)
        {
            services.Terminal.Error.WriteLine(notice);
        }
        return opened;
    }

    private async Task<int> RunAsync(
        ParseResult parsed,
        bool mayMake,
        Func<ParseResult, LocalStore, CancellationToken, Task> work,
        CancellationToken ct
    )
    {
        var opened = await OpenAsync(parsed, null, mayMake, ct).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            await work(parsed, opened.Store, ct).ConfigureAwait(false);
        }
        return ExitCode.Done;
    }
}
