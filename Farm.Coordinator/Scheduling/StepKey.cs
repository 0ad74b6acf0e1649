using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Coordinator.Scheduling;

/// <summary>Identity of a step: a derivation, and what its build is for. To build it and to build it again are two steps.</summary>
public readonly record struct StepKey(StorePath DrvPath, BuildMode Mode = BuildMode.Normal)
{
    /// <summary>The steps that this one needs: a repair does not believe that its inputs are well, a check does.</summary>
    public StepKey Input(StorePath drvPath) =>
        new(drvPath, Mode == BuildMode.Repair ? BuildMode.Repair : BuildMode.Normal);
}
