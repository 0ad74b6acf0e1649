using Farm.Store.Hashing;

namespace Farm.Store.Wire;

/// <summary>A value that goes with an activity or a result.</summary>
public abstract record LogField
{
    private LogField() { }

    public sealed record Number(ulong Value) : LogField;

    /// <summary>Bytes, since a builder may print anything.</summary>
    public sealed record Text(ByteString Value) : LogField;

    public static LogField Of(ulong value) => new Number(value);

    public static LogField Of(string value) => new Text(ByteString.FromUtf8(value));

    public static LogField Of(ByteString value) => new Text(value);
}
