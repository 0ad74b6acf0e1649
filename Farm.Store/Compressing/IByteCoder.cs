namespace Farm.Store.Compressing;

/// <summary>A compressor or decompressor, step by step over memory of the caller's. For one thread at a time.</summary>
internal interface IByteCoder : IDisposable
{
    /// <summary>Takes what it can from the input and gives what it can to the output.</summary>
    /// <param name="input">What comes next.</param>
    /// <param name="output">Not empty.</param>
    /// <param name="isLast">Whether nothing comes after <paramref name="input"/>.</param>
    /// <exception cref="StoreException.CorruptArchive">A decompressor met what it cannot read, or the input ends too early.</exception>
    CoderStep Step(ReadOnlySpan<byte> input, Span<byte> output, bool isLast);
}
