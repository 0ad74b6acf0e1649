using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Hashing;

namespace Farm.Store.Wire;

/// <summary>What a daemon sends while it works, and how it ends.</summary>
/// <remarks>Shape: a number that tells the kind, then what belongs to it. Source: Nix's <c>libstore/worker-protocol.hh</c>.</remarks>
public static class StderrFrame
{
    /// <summary>A text follows.</summary>
    public const ulong Next = 0x6f6c6d67;

    /// <summary>The daemon wants bytes; their greatest number follows.</summary>
    public const ulong Read = 0x64617461;

    /// <summary>The work is done; the answer follows.</summary>
    public const ulong Last = 0x616c7473;

    /// <summary>The work has failed; the error follows, and no answer.</summary>
    public const ulong Error = 0x63787470;

    /// <summary>An activity begins.</summary>
    public const ulong StartActivity = 0x53545254;

    /// <summary>An activity ends.</summary>
    public const ulong StopActivity = 0x53544f50;

    /// <summary>Something is told of an activity.</summary>
    public const ulong Result = 0x52534c54;

    private const byte MinorWithActivities = 20;
    private const byte MinorWithStructuredErrors = 26;

    /// <summary>Writes a frame; before version 1.20 only texts can be told.</summary>
    public static void WriteLogFrame(this WireWriter writer, ProtocolVersion version, LogFrame frame)
    {
        switch (frame)
        {
            case LogFrame.Line line:
                writer.WriteNumber(Next);
                writer.WriteBytes(WithEnd(line.Text).Span);
                break;
            case LogFrame.Started started when !version.IsAtLeast(MinorWithActivities):
                if (started.Text.Length > 0)
                {
                    writer.WriteNumber(Next);
                    writer.WriteText(started.Text + "...\n");
                }
                break;
            case LogFrame.Started started:
                writer.WriteNumber(StartActivity);
                writer.WriteNumber(started.Id);
                writer.WriteNumber((ulong)started.Level);
                writer.WriteNumber((ulong)started.Type);
                writer.WriteText(started.Text);
                WriteFields(writer, started.Fields);
                writer.WriteNumber(started.Parent);
                break;
            case LogFrame.Stopped or LogFrame.Result when !version.IsAtLeast(MinorWithActivities):
                break;
            case LogFrame.Stopped stopped:
                writer.WriteNumber(StopActivity);
                writer.WriteNumber(stopped.Id);
                break;
            case LogFrame.Result result:
                writer.WriteNumber(Result);
                writer.WriteNumber(result.Id);
                writer.WriteNumber((ulong)result.Type);
                WriteFields(writer, result.Fields);
                break;
            default:
                throw new UnreachableException($"No case of a log frame is {frame.GetType()}.");
        }
    }

    /// <summary>Writes that the work has failed.</summary>
    /// <param name="message">One or more sentences, without <c>error:</c> before them.</param>
    public static void WriteError(this WireWriter writer, ProtocolVersion version, string message)
    {
        writer.WriteNumber(Error);
        if (!version.IsAtLeast(MinorWithStructuredErrors))
        {
            writer.WriteText($"\e[31;1merror:\e[0m {message}");
            writer.WriteNumber(1); // The client's exit code.
            return;
        }
        writer.WriteText("Error");
        writer.WriteNumber((ulong)Verbosity.Error);
        writer.WriteText("Error");
        writer.WriteText(message);
        writer.WriteNumber(0); // No position.
        writer.WriteNumber(0); // No traces.
    }

    private static void WriteFields(WireWriter writer, ImmutableArray<LogField> fields)
    {
        writer.WriteNumber((ulong)fields.Length);
        foreach (var field in fields)
        {
            switch (field)
            {
                case LogField.Number number:
                    writer.WriteNumber(0);
                    writer.WriteNumber(number.Value);
                    break;
                case LogField.Text text:
                    writer.WriteNumber(1);
                    writer.WriteBytes(text.Value.Span);
                    break;
                default:
                    throw new UnreachableException($"No case of a log field is {field.GetType()}.");
            }
        }
    }

    private static ByteString WithEnd(ByteString text) =>
        text.Span.EndsWith("\n"u8) ? text : ByteString.FromBytes([.. text.Span, (byte)'\n']);
}
