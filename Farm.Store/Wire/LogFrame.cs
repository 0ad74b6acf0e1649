using System.Collections.Immutable;
using Farm.Store.Hashing;

namespace Farm.Store.Wire;

/// <summary>Something that a client is told while it waits.</summary>
/// <remarks>Source: Nix's <c>libutil/logging.hh</c>. Lists of fields are compared by identity.</remarks>
public abstract record LogFrame
{
    private LogFrame() { }

    /// <summary>A text for people, which may be coloured. Reaches only clients that want its level.</summary>
    public sealed record Line(Verbosity Level, ByteString Text) : LogFrame;

    /// <summary>An activity begins.</summary>
    /// <param name="Id">Any number that is not in use; see <c>IClientLog.NextActivity</c>.</param>
    /// <param name="Level">How important it is.</param>
    /// <param name="Type">What it is.</param>
    /// <param name="Text">What it is, for people; empty where it says nothing to them.</param>
    /// <param name="Fields">Those that the type has.</param>
    /// <param name="Parent">The activity it belongs to; 0 for none.</param>
    public sealed record Started(
        ulong Id,
        Verbosity Level,
        ActivityType Type,
        string Text,
        ImmutableArray<LogField> Fields,
        ulong Parent
    ) : LogFrame;

    /// <summary>An activity ends.</summary>
    public sealed record Stopped(ulong Id) : LogFrame;

    /// <summary>Something is told of an activity.</summary>
    public sealed record Result(ulong Id, ActivityResultType Type, ImmutableArray<LogField> Fields) : LogFrame;

    /// <summary>A text for people.</summary>
    public static Line Of(Verbosity level, string text) => new(level, ByteString.FromUtf8(text));
}
