using System.CommandLine;
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
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "roots",
            "List what keeps paths from the collector; nix-store --gc --print-roots.",
            ["farm store roots", "farm store roots --json | jq -r '.[] | select(.kind == \"profile\").path'"]
        )
        {
            noRuntime,
            json,
        };
        verbs.OnStore(
            command,
            (parsed, store, ct) => WriteAsync(verbs, parsed, json, store, !parsed.GetValue(noRuntime), ct)
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
        GcRoot[] roots = [.. found.OrderBy(root => root.Reason, StringComparer.Ordinal)];
        if (parsed.GetValue(json))
        {
            verbs.WriteJson(
                [.. roots.Select(root => Document(store.StoreDir, root))],
                CliJsonContext.Default.RootDocumentArray
            );
            return;
        }
        foreach (var root in roots)
        {
            verbs.Services.Terminal.Out.WriteLine($"{root.Reason} -> {store.StoreDir.Print(root.Path)}");
        }
    }

    private static RootDocument Document(StoreDir storeDir, GcRoot root) =>
        new(root.Reason, storeDir.Print(root.Path), root.Kind);
}
