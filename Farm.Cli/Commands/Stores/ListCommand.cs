using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Farm.Store.Local;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store ls</c>: what is in a directory of a store object.</summary>
internal static class ListCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var path = new Argument<string>("PATH") { Description = "A store path, or a path inside one." };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "ls",
            "List a directory in a store path; no link is followed.",
            ["farm store ls /nix/store/…-hello/bin"]
        )
        {
            path,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var (target, inside) = StorePathArgument.ParseInside(store.Layout, parsed.GetRequiredValue(path));
                using var file = await store.OpenInsideAsync(target, inside, ct).ConfigureAwait(false);
                var output = verbs.Services.Terminal.Out;
                var entries = file.List();
                if (parsed.GetValue(json))
                {
                    output.WriteLine(
                        JsonSerializer.Serialize(
                            [.. entries.Select(EntryDocument.Of)],
                            CliJsonContext.Default.EntryDocumentArray
                        )
                    );
                    return;
                }
                var width = entries.Select(entry => Size(entry).Length).DefaultIfEmpty(0).Max();
                foreach (var entry in entries)
                {
                    output.WriteLine($"{Mode(entry)} {Size(entry).PadLeft(width)} {entry.Name}{Suffix(entry)}");
                }
            }
        );
        return command;
    }

    private static string Mode(ObjectEntry entry) =>
        entry switch
        {
            ObjectEntry.Directory => "dr-xr-xr-x",
            ObjectEntry.Regular { IsExecutable: true } => "-r-xr-xr-x",
            ObjectEntry.Regular => "-r--r--r--",
            ObjectEntry.Symlink => "lrwxrwxrwx",
            _ => throw new UnreachableException(),
        };

    private static string Size(ObjectEntry entry) =>
        entry switch
        {
            ObjectEntry.Regular file => file.SizeBytes.ToString(CultureInfo.InvariantCulture),
            ObjectEntry.Symlink link => link.Target.Length.ToString(CultureInfo.InvariantCulture),
            _ => "0",
        };

    private static string Suffix(ObjectEntry entry) =>
        entry is ObjectEntry.Symlink link ? $" -> {link.Target}"
        : entry is ObjectEntry.Directory ? "/"
        : "";
}
