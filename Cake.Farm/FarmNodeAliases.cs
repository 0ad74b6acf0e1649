using Cake.Core;
using Cake.Core.Annotations;
using Cake.Farm.Running;

namespace Cake.Farm;

/// <summary>Aliases that ask a farm, copy from it, and start one.</summary>
[CakeAliasCategory("Farm")]
public static class FarmNodeAliases
{
    /// <summary>The log of the last attempt to build a derivation.</summary>
    /// <example><code>Information(FarmLog("/nix/store/…-hello.drv"));</code></example>
    [CakeMethodAlias]
    public static string FarmLog(this ICakeContext context, string drv, FarmSettings? settings = null) =>
        ScriptWait.For(new FarmRunner(context).LogAsync(drv, settings ?? new FarmSettings(), CancellationToken.None));

    /// <summary>What the farm is doing.</summary>
    /// <example><code>if (FarmStatus().Workers == 0) Warning("nobody builds");</code></example>
    [CakeMethodAlias]
    public static FarmStatusResult FarmStatus(this ICakeContext context, FarmSettings? settings = null) =>
        ScriptWait.For(new FarmRunner(context).StatusAsync(settings ?? new FarmSettings(), CancellationToken.None));

    /// <summary>Copies paths with what they refer to, from the coordinator unless the settings name another place.</summary>
    /// <example><code>FarmCopy(built.Outputs.Select(output => output.Path), new FarmCopySettings { To = "file:///srv/cache" });</code></example>
    [CakeMethodAlias]
    public static void FarmCopy(this ICakeContext context, IEnumerable<string> paths, FarmCopySettings settings) =>
        ScriptWait.For(new FarmRunner(context).CopyAsync(paths, settings, CancellationToken.None));

    /// <summary>Starts a farm on this machine and returns when its workers are there.</summary>
    /// <example>
    /// <code>
    /// using var farm = FarmUp(new FarmUpSettings { Workers = 2, DataDirectory = "artifacts/farm" });
    /// FarmBuild(hello, new FarmBuildSettings { Coordinator = farm.Address });
    /// </code>
    /// </example>
    /// <exception cref="CakeException">It does not come up; the message has its own words.</exception>
    [CakeMethodAlias]
    public static FarmInstance FarmUp(this ICakeContext context, FarmUpSettings? settings = null) =>
        ScriptWait.For(new FarmRunner(context).UpAsync(settings ?? new FarmUpSettings(), CancellationToken.None));
}
