using System.CommandLine;
using System.Text.Json;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>Tells what has been added: its path, or as JSON all that is recorded.</summary>
internal static class AddedText
{
    public static void Write(
        StoreVerbs verbs,
        StoreDir storeDir,
        PathInfo info,
        ParseResult parsed,
        Option<bool> json
    ) =>
        verbs.Services.Terminal.Out.WriteLine(
            parsed.GetValue(json)
                ? JsonSerializer.Serialize(PathInfoDocument.Of(storeDir, info), CliJsonContext.Default.PathInfoDocument)
                : storeDir.Print(info.Path)
        );
}
