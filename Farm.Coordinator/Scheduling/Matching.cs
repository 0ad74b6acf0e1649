using Farm.Protocol;

namespace Farm.Coordinator.Scheduling;

/// <summary>Whether a worker can build a step, by Nix's rules for remote machines.</summary>
public static class Matching
{
    /// <summary>The platform of builders that are part of the worker itself, such as <c>builtin:fetchurl</c>.</summary>
    public const string Builtin = "builtin";

    /// <summary>The system is one of the worker's or <c>builtin</c>, each required feature is supported or mandatory there, and each mandatory
    /// feature is required.</summary>
    public static bool Meets(WorkerCapabilities worker, StepRequirement step) =>
        HasSystem(worker, step)
        && step.Features.All(feature => HasFeature(worker, feature))
        && worker.MandatoryFeatures.All(step.Features.Contains);

    public static bool HasSystem(WorkerCapabilities worker, StepRequirement step) =>
        step.System == Builtin || worker.Systems.Contains(step.System);

    public static bool HasFeature(WorkerCapabilities worker, string feature) =>
        worker.SupportedFeatures.Contains(feature) || worker.MandatoryFeatures.Contains(feature);
}
