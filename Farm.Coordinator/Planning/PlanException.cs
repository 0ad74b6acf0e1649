using Farm.Store.Paths;

namespace Farm.Coordinator.Planning;

/// <summary>A derivation that was asked for, or that another needs, cannot be built from what the store has.</summary>
/// <param name="drvPath">Which one.</param>
public sealed class PlanException(StorePath drvPath, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public StorePath DrvPath { get; } = drvPath;
}
