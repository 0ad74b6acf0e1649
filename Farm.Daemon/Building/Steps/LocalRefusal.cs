using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Store.Wire;
using Farm.Worker.Planning;

namespace Farm.Daemon.Building.Steps;

/// <summary>What this machine cannot build, or is set not to, in Nix's words.</summary>
internal static class LocalRefusal
{
    /// <returns>Null where it can be built here.</returns>
    public static BuildResult? Of(StepWork work, StoreDir storeDir)
    {
        var (build, options) = (work.Settings.Build, work.Options);
        var (drv, platform) = (storeDir.Print(work.DrvPath), work.Derivation.Platform.ToString());
        if (!build.Builds(platform) || !options.RequiredSystemFeatures.IsSubsetOf(build.SystemFeatures))
        {
            return BuildResult.Failed(
                BuildStatus.InputRejected,
                $"a '{NixText.Value(platform)}' with features {NixText.Value(NixText.Set(options.RequiredSystemFeatures))} is required to build '{NixText.Value(drv)}', but I am a '{NixText.Value(build.System)}' with features {NixText.Value(NixText.Set(build.SystemFeatures))}"
            );
        }
        if (work.Derivation.HasDynamicInputs)
            return DynamicInputs(work, storeDir);
        if (
            options.RequiredSystemFeatures.Contains(RecursiveNixFeature.Name)
            && !build.ExperimentalFeatures.Contains(RecursiveNixFeature.Name)
        )
        {
            return BuildResult.Failed(
                BuildStatus.InputRejected,
                "experimental Nix feature 'recursive-nix' is disabled; set it in 'experimental-features' of the daemon's nix.conf"
            );
        }
        return options.WantsNoSandbox && work.Settings.Sandbox.Mode == SandboxMode.On
            ? BuildResult.Failed(
                BuildStatus.InputRejected,
                $"derivation '{NixText.Value(drv)}' has '__noChroot' set, but that's not allowed when 'sandbox' is 'true'"
            )
            : null;
    }

    /// <summary>For one whose inputs are not known before others are built.</summary>
    public static BuildResult DynamicInputs(StepWork work, StoreDir storeDir) =>
        BuildResult.Failed(
            BuildStatus.InputRejected,
            $"'{NixText.Value(storeDir.Print(work.DrvPath))}' needs outputs of a derivation that is itself built, which is not done here"
        );

    /// <summary>For one that cannot be resolved.</summary>
    public static BuildResult WithoutInputs(StepWork work, StoreDir storeDir) =>
        BuildResult.Failed(
            BuildStatus.DependencyFailed,
            $"'{NixText.Value(storeDir.Print(work.DrvPath))}' needs an output of one of its inputs that is not there: build it again"
        );
}
