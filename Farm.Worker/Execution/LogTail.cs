using System.Collections.Immutable;
using System.Text;

namespace Farm.Worker.Execution;

/// <summary>The last lines of a log that goes by.</summary>
/// <param name="maxLines">How many lines are kept.</param>
/// <param name="maxLineBytes">How much is kept of one line; the rest of a longer one is left out.</param>
public sealed class LogTail(int maxLines, int maxLineBytes = 4096)
{
    private readonly Queue<byte[]> _lines = new();
    private readonly List<byte> _open = [];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            _open.AddRange(part[..Math.Min(part.Length, maxLineBytes - _open.Count)]);
            if (end < 0)
                return;
            Close();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>The lines, oldest first, the last one also where no line feed ends it. What is no UTF-8 is replaced.</summary>
    public ImmutableArray<string> ToLines()
    {
        var lines = _lines.Select(Text);
        var all = _open.Count > 0 ? lines.Append(Text([.. _open])) : lines;
        return [.. all.TakeLast(maxLines)];
    }

    private void Close()
    {
        if (_lines.Count == maxLines)
            _lines.Dequeue();
        _lines.Enqueue([.. _open]);
        _open.Clear();
    }

    private static string Text(byte[] line) => Encoding.UTF8.GetString(line).TrimEnd('\r');
}
