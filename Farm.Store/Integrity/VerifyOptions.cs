namespace Farm.Store.Integrity;

/// <summary>How a store is verified.</summary>
/// <param name="CheckContents">Whether every file is read; else only what is there is compared with what is recorded.</param>
/// <param name="Repair">Where good copies come from; null where faults are only told.</param>
public sealed record VerifyOptions(bool CheckContents, IRepairSource? Repair = null);
