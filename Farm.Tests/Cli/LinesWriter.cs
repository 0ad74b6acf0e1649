using System.Text;
using System.Threading.Channels;

namespace Farm.Tests.Cli;

/// <summary>Collects whole lines and lets a test wait until one arrives that contains a text.</summary>
public sealed class LinesWriter : TextWriter
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "");

    public async Task<string> WaitForAsync(string part)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var line = await _lines.Reader.ReadAsync(limit.Token);
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }
}
