using System.Text.Json;
using Farm.Cli.Terminals;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store sweep</c>: the space of files that nothing shares any more.</summary>
internal static class SweepCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "sweep",
            "Free the contents that no path shares any more, after paths were deleted.",
            ["farm store sweep --store /srv/farm/worker"]
        )
        {
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var freed = await store.SweepLinksAsync(ct).ConfigureAwait(false);
                verbs.Services.Terminal.Out.WriteLine(
                    parsed.GetValue(json)
                        ? JsonSerializer.Serialize(new SweptDocument(freed), CliJsonContext.Default.SweptDocument)
                        : $"{ByteText.Of(freed)} freed"
                );
            }
        );
        return command;
    }
}
