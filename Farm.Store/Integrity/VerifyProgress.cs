namespace Farm.Store.Integrity;

/// <summary>How far a verification has come.</summary>
/// <param name="PathsDone">Paths that were looked at.</param>
/// <param name="PathsTotal">All valid paths.</param>
/// <param name="BytesDone">What those have, as archives.</param>
/// <param name="BytesTotal">What all have.</param>
public readonly record struct VerifyProgress(int PathsDone, int PathsTotal, long BytesDone, long BytesTotal);
