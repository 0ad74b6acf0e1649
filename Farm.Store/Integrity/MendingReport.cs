namespace Farm.Store.Integrity;

/// <summary>What was put in order when a store was opened.</summary>
/// <param name="WasClean">Whether the last owner had closed the store, so that nothing was looked for.</param>
/// <param name="Leftovers">Unfinished objects that were removed.</param>
/// <param name="BitsSet">Files and directories whose immutable bit was lifted, and is set again.</param>
/// <param name="Withdrawn">Paths that were made invalid because the machine went down before their files were on the disk.</param>
public sealed record MendingReport(bool WasClean, int Leftovers, int BitsSet, int Withdrawn);
