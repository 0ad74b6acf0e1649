using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>One step in a list.</summary>
public sealed record StepSummary(StorePath DrvPath, string Name, StepStatus Status);
