namespace Farm.Store.Wire;

/// <summary>A version of the worker or serve protocol.</summary>
/// <remarks>Shape on the wire: a number, the major part shifted left by eight bits, with the minor part below it. The default value
/// is 0.0, which nobody speaks.</remarks>
public readonly record struct ProtocolVersion(byte Major, byte Minor) : IComparable<ProtocolVersion>
{
    /// <summary>The newest version of the worker protocol that is spoken here.</summary>
    public static ProtocolVersion NewestWorker { get; } = new(1, 38);

    /// <summary>The oldest version of the worker protocol that is spoken here; Nix refuses older ones too.</summary>
    public static ProtocolVersion OldestWorker { get; } = new(1, 18);

    /// <summary>What stands on the wire.</summary>
    public ulong Number => ((ulong)Major << 8) | Minor;

    /// <summary>The version that a number of the wire stands for. Higher bits than the lowest sixteen are not looked at.</summary>
    public static ProtocolVersion From(ulong number) => new((byte)(number >> 8), (byte)number);

    /// <summary>Whether this is version 1 of the worker protocol with at least this minor part.</summary>
    public bool IsAtLeast(byte minor) => Minor >= minor;

    public int CompareTo(ProtocolVersion other) => Number.CompareTo(other.Number);

    /// <summary>The older of two.</summary>
    public static ProtocolVersion Older(ProtocolVersion one, ProtocolVersion other) =>
        one.CompareTo(other) <= 0 ? one : other;

    public override string ToString() => $"{Major}.{Minor}";
}
