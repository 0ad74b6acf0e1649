using System.CommandLine;
using Farm.Http;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Store.Roots;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store roots</c>: what keeps paths from the collector.</summary>
internal static class RootsCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var noRuntime = new Option<bool>("--no-runtime") { Description = "Leave out what running processes use." };
        var node = NodeAdmin.Option();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "roots",
            "List what keeps paths from the collector; nix-store --gc --print-roots.",
            ["farm store roots", "farm store roots --json | jq -r '.[] | select(.kind == \"profile\").path'"]
        )
        {
            noRuntime,
            node,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var includeRuntime = !parsed.GetValue(noRuntime);
                if (parsed.GetValue(node) is not { } address)
                    return await verbs
                        .RunAsync(parsed, store => WriteAsync(verbs, parsed, json, store, includeRuntime, ct), ct)
                        .ConfigureAwait(false);
                await WriteNodeAsync(verbs, parsed, json, address, includeRuntime, ct).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>Lists the roots, by their reasons.</summary>
    public static async Task WriteAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        Option<bool> json,
        LocalStore store,
        bool includeRuntime,
        CancellationToken ct
    )
    {
        var found = await StoreRoots.FindAsync(store, includeRuntime, ct).ConfigureAwait(false);
        Write(verbs, parsed, json, found.Select(root => Document(store.StoreDir, root)));
    }

    /// <summary>As <see cref="WriteAsync"/>, of a node that runs.</summary>
    public static async Task WriteNodeAsync(
        StoreVerbs verbs,
        ParseResult parsed,
        Option<bool> json,
        string address,
        bool includeRuntime,
        CancellationToken ct
    )
    {
        var found = await NodeAdmin.AskAsync(address, client => client.RootsAsync(ct)).ConfigureAwait(false);
        var roots = found.Select(Document).Where(root => includeRuntime || root.Kind != RootKind.Runtime);
        Write(verbs, parsed, json, roots);
    }

    private static void Write(StoreVerbs verbs, ParseResult parsed, Option<bool> json, IEnumerable<RootDocument> found)
    {
        RootDocument[] roots = [.. found.OrderBy(root => root.Root, StringComparer.Ordinal)];
        if (parsed.GetValue(json))
        {
            verbs.WriteJson(roots, CliJsonContext.Default.RootDocumentArray);
            return;
        }
        foreach (var root in roots)
        {
            verbs.Services.Terminal.Out.WriteLine($"{root.Root} -> {root.Path}");
        }
    }

    private static RootDocument Document(StoreDir storeDir, GcRoot root) =>
        new(root.Reason, storeDir.Print(root.Path), root.Kind);

    private static RootDocument Document(RootAnswer root) => new(root.Root, root.Path, Enum.Parse<RootKind>(root.Kind));
}
