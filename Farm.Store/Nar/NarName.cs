using Farm.Store.Hashing;

namespace Farm.Store.Nar;

/// <summary>The rules for the byte strings in a NAR that become names and targets.</summary>
internal static class NarName
{
    /// <summary>What is wrong with an entry's name, or null where it may be used.</summary>
    public static string? NameFault(ReadOnlySpan<byte> name) =>
        name switch
        {
            { Length: 0 } => "is empty",
            { Length: > NarLimits.NameBytes } => $"is longer than {NarLimits.NameBytes} bytes",
            _ when name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) => "is '.' or '..'",
            _ when name.IndexOfAny((byte)'/', (byte)0) >= 0 => "contains a slash or a NUL byte",
            _ => null,
        };

    /// <summary>What is wrong with a symlink's target, or null where it may be used.</summary>
    public static string? TargetFault(ReadOnlySpan<byte> target) =>
        target switch
        {
            { Length: 0 } => "is empty",
            { Length: > NarLimits.TargetBytes } => $"is longer than {NarLimits.TargetBytes} bytes",
            _ when target.Contains((byte)0) => "contains a NUL byte",
            _ => null,
        };

    public static string Show(ReadOnlySpan<byte> name) => ByteString.FromBytes(name).ToString();
}
