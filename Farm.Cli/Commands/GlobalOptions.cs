using System.CommandLine;

namespace Farm.Cli.Commands;

/// <summary>Options that every verb has.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Config = new("--config")
    {
        Description =
            "Settings file in HOCON, on top of the defaults [env: FARM_CONFIG; else /etc/farm/cluster.hocon if there]",
        HelpName = "FILE",
        Recursive = true,
    };

    public static void AddTo(RootCommand root) => root.Add(Config);
}
