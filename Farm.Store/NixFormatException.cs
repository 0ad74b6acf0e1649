namespace Farm.Store;

/// <summary>Bytes or text that do not follow one of Nix's formats.</summary>
/// <remarks>The message is one sentence that names the value and the rule; the offset is added to it.</remarks>
public sealed class NixFormatException : FormatException
{
    /// <param name="message">What was found, and which rule it breaks.</param>
    /// <param name="byteOffset">Where in the text that was being read, counted in bytes from 0.</param>
    public NixFormatException(string message, long byteOffset = 0)
        : base(byteOffset == 0 ? message : $"{message} (at byte {byteOffset})") => ByteOffset = byteOffset;

    /// <summary>Byte offset, from 0, of the first byte that does not fit.</summary>
    public long ByteOffset { get; }
}
