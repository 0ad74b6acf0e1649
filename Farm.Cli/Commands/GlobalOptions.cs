using System.CommandLine;

namespace Farm.Cli.Commands;

/// <summary>Options that several verbs have.</summary>
internal static class GlobalOptions
{
    /// <summary>Of every verb.</summary>
    public static readonly Option<string?> Config = new("--config")
    {
        Description =
            "Settings file (HOCON) on top of the defaults; FARM_CONFIG or /etc/farm/cluster.hocon if not given.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Of the verbs that talk to a coordinator.</summary>
    public static Option<string?> Coordinator() =>
        new("--coordinator")
        {
            Description = "The coordinator's address; FARM_COORDINATOR or farm.cli.coordinator if not given.",
            HelpName = "URL",
        };

    /// <summary>Of the verbs that print results.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document and nothing else." };

    /// <summary>Of the verbs that take a while.</summary>
    public static Option<bool> Quiet() =>
        new("--quiet", "-q") { Description = "Show no progress, and nothing but what was asked for." };
}
