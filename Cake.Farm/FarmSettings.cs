using Cake.Core.Tooling;

namespace Cake.Farm;

/// <summary>What all calls of the program <c>farm</c> have in common.</summary>
/// <remarks>The program is that of <see cref="ToolSettings.ToolPath"/>, else of the environment variable <c>FARM_PROGRAM</c>, else the one
/// that Cake finds as <c>farm</c>: in the folder of tools, then on the <c>PATH</c>.</remarks>
public class FarmSettings : ToolSettings
{
    /// <summary>The coordinator's address; null for that of the environment variable <c>FARM_COORDINATOR</c>, else <c>http://127.0.0.1:7410</c>.</summary>
    public string? Coordinator { get; set; }
}
