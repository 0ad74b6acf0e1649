using System.CommandLine;
using Farm.Cli.Terminals;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store ping</c>: whether a store is there, and what it is.</summary>
internal static class PingCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var json = GlobalOptions.Json();
        var node = new Option<string?>("--node")
        {
            Description = "Ask a running node, or any binary cache, at this address instead.",
            HelpName = "URL",
        };
        var command = new FarmCommand(
            "ping",
            "Tell whether a store is there, and what it is.",
            ["farm store ping --store /srv/farm/worker", "farm store ping --node http://127.0.0.1:7410"]
        )
        {
            node,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var isJson = parsed.GetValue(json);
                if (parsed.GetValue(node) is { } url)
                {
                    await NodeAsync(verbs, ClientConnection.ParseAddress(url), isJson, ct).ConfigureAwait(false);
                    return ExitCode.Done;
                }
                return await verbs
                    .RunAsync(parsed, store => LocalAsync(verbs, store, isJson, ct), ct)
                    .ConfigureAwait(false);
            }
        );
        return command;
    }

    private static async Task LocalAsync(StoreVerbs verbs, LocalStore store, bool isJson, CancellationToken ct)
    {
        var totals = await store.TotalsAsync(ct).ConfigureAwait(false);
        var links = new DirectoryInfo(store.Layout.LinksDir).EnumerateFiles().Select(file => file.Length).ToList();
        var found = new PingDocument(
            store.Layout.Root.Length == 0 ? "/" : store.Layout.Root,
            store.StoreDir.Text,
            (await File.ReadAllTextAsync(store.Layout.DatabaseDir + "/schema", ct).ConfigureAwait(false)).Trim(),
            store.UsesImmutableBit,
            totals.Paths,
            totals.NarSizeBytes,
            links.Count,
            links.Sum()
        );
        if (isJson)
        {
            verbs.WriteJson(found, CliJsonContext.Default.PingDocument);
            return;
        }
        verbs.Services.Terminal.Out.Write(
            $"""
            store      {found.Root}, as {found.StoreDir}
            version    {FarmVersion}
            schema     {found.Schema}
            immutable  {(
                found.ImmutableBit ? "registered files have the immutable bit" : "the immutable bit is not used"
            )}
            paths      {found.Paths}, {ByteText.Of(found.NarSize)} as archives
            contents   {found.Links}, {ByteText.Of(found.LinksSize)} in files that may be shared

            """
        );
    }

    private static async Task NodeAsync(StoreVerbs verbs, Uri address, bool isJson, CancellationToken ct)
    {
        var about = await CacheAbout.AskAsync(address, ct).ConfigureAwait(false);
        if (isJson)
        {
            verbs.WriteJson(about, CliJsonContext.Default.CacheAbout);
            return;
        }
        verbs.Services.Terminal.Out.Write(
            $"""
            store      {address}, as {about.StoreDir}
            priority   {about.Priority}
            queries    {(
                about.WantMassQuery ? "may be asked for many paths at once" : "wants to be asked for few paths"
            )}

            """
        );
    }

    private static string FarmVersion => typeof(PingCommand).Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
