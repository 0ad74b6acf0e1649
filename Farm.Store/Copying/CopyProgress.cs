namespace Farm.Store.Copying;

/// <summary>How far a copy, an export or an import has come.</summary>
/// <param name="PathsDone">Paths that are complete, those that were there before included.</param>
/// <param name="PathsTotal">Of how many; null where that is not known.</param>
/// <param name="BytesDone">Bytes of archives that were moved.</param>
/// <param name="BytesTotal">Of how many; null where that is not known.</param>
public readonly record struct CopyProgress(long PathsDone, long? PathsTotal, long BytesDone, long? BytesTotal);
