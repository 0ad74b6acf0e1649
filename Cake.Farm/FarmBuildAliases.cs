using Cake.Core;
using Cake.Core.Annotations;
using Cake.Farm.Running;
using Farm.Derivations;

namespace Cake.Farm;

/// <summary>Aliases that build. What a build does is told in Cake's log; one that fails is a <see cref="CakeException"/> with the last lines
/// of the log and the command that shows the rest.</summary>
[CakeAliasCategory("Farm")]
[CakeNamespaceImport("Farm.Derivations")]
public static class FarmBuildAliases
{
    /// <summary>Builds one derivation that is in a Nix store, or a <c>.drv</c> file.</summary>
    /// <example><code>var built = FarmBuild("/nix/store/…-hello.drv^out");</code></example>
    [CakeMethodAlias]
    public static FarmBuildResult FarmBuild(
        this ICakeContext context,
        string drv,
        FarmBuildSettings? settings = null
    ) => FarmBuild(context, [drv], settings);

    /// <summary>Builds derivations that are in a Nix store, as one build.</summary>
    /// <example><code>FarmBuild(new[] { first, second }, new FarmBuildSettings { KeepGoing = true });</code></example>
    [CakeMethodAlias]
    public static FarmBuildResult FarmBuild(
        this ICakeContext context,
        IEnumerable<string> drvs,
        FarmBuildSettings? settings = null
    ) => ScriptWait.For(FarmBuildAsync(context, drvs, settings ?? new FarmBuildSettings(), CancellationToken.None));

    /// <summary>Builds a derivation written in C# or imported; what it needs is sent to the farm where that lacks it.</summary>
    /// <example>
    /// <code>
    /// var hello = FarmDerivation(new() { Name = "hello", Builder = "/bin/sh", Args = ["-c", "echo hello > $out"] });
    /// Information(FarmBuild(hello)["out"]);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    public static FarmBuildResult FarmBuild(
        this ICakeContext context,
        Derivation derivation,
        FarmBuildSettings? settings = null
    ) => FarmBuild(context, [derivation], settings);

    /// <summary>Builds derivations written in C# or imported, as one build: what does not depend on another runs side by side.</summary>
    /// <example><code>FarmBuild(versions.Select(version => Program(version)), new FarmBuildSettings { OutLink = "artifacts/program" });</code></example>
    [CakeMethodAlias]
    public static FarmBuildResult FarmBuild(
        this ICakeContext context,
        IEnumerable<Derivation> derivations,
        FarmBuildSettings? settings = null
    ) =>
        ScriptWait.For(
            FarmBuildAsync(context, derivations, settings ?? new FarmBuildSettings(), CancellationToken.None)
        );

    /// <summary>As <see cref="FarmBuild(ICakeContext, IEnumerable{string}, FarmBuildSettings)"/>, without waiting; cancelling it cancels the build at the farm.</summary>
    /// <example><code>await FarmBuildAsync(new[] { drv }, new FarmBuildSettings(), stopping.Token);</code></example>
    /// <exception cref="OperationCanceledException">The build is cancelled.</exception>
    [CakeMethodAlias]
    public static Task<FarmBuildResult> FarmBuildAsync(
        this ICakeContext context,
        IEnumerable<string> drvs,
        FarmBuildSettings settings,
        CancellationToken ct
    ) => new FarmRunner(context).BuildAsync(drvs, settings, ct);

    /// <summary>As <see cref="FarmBuild(ICakeContext, IEnumerable{Derivation}, FarmBuildSettings)"/>, without waiting; cancelling it cancels the build at the farm.</summary>
    /// <example><code>await FarmBuildAsync(new[] { hello }, new FarmBuildSettings(), stopping.Token);</code></example>
    /// <exception cref="OperationCanceledException">The build is cancelled.</exception>
    [CakeMethodAlias]
    public static Task<FarmBuildResult> FarmBuildAsync(
        this ICakeContext context,
        IEnumerable<Derivation> derivations,
        FarmBuildSettings settings,
        CancellationToken ct
    ) => new FarmRunner(context).BuildAsync(derivations, settings, ct);
}
