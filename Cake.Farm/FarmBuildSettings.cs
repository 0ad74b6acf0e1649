using Cake.Core.IO;

namespace Cake.Farm;

/// <summary>How derivations are built.</summary>
public sealed class FarmBuildSettings : FarmSettings
{
    /// <summary>First link to an output, further ones are numbered as <c>nix-build</c> does; null for no links.</summary>
    public FilePath? OutLink { get; set; }

    /// <summary>Root below which the Nix store with the derivations is; null for the system's, or for derivations written in C#.</summary>
    public DirectoryPath? From { get; set; }

    /// <summary>Whether after a failure all is built that can still be.</summary>
    public bool KeepGoing { get; set; }

    /// <summary>Higher goes first among all builds of the farm; 0 is ordinary.</summary>
    public int Priority { get; set; }

    /// <summary>Longest run of one builder; null for no limit. <see cref="Cake.Core.Tooling.ToolSettings.ToolTimeout"/> limits the whole call.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Longest time in which one builder prints nothing; null for no limit.</summary>
    public TimeSpan? MaxSilentTime { get; set; }

    /// <summary>A builder that prints more bytes is stopped; 0 for no limit, null for the farm's.</summary>
    public long? MaxLogSize { get; set; }

    /// <summary>Whether workers keep the build directories of builders that fail, and what a check finds to be different.</summary>
    public bool KeepFailed { get; set; }

    /// <summary>Whether what is built is built again and compared: something else that comes out is a failure.</summary>
    public bool Check { get; set; }

    /// <summary>Whether outputs that are damaged at the coordinator are fetched or built again. Not together with <see cref="Check"/>.</summary>
    public bool Repair { get; set; }
}
