using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Transfers;

/// <summary>Prints paths: one a line, or an array of JSON.</summary>
internal static class PathLines
{
    public static void Write(StoreVerbs verbs, StoreDir storeDir, IReadOnlyCollection<StorePath> paths, bool isJson)
    {
        string[] lines = [.. paths.Select(storeDir.Print)];
        if (isJson)
        {
            verbs.WriteJson(lines, CliJsonContext.Default.StringArray);
            return;
        }
        foreach (var line in lines)
        {
            verbs.Services.Terminal.Out.WriteLine(line);
        }
    }
}
