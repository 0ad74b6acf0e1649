using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Farm.Tests.Client.Connections;

/// <summary>A server on this machine that answers each request, whatever it says, with the next text; a null text ends the connection.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Queue<string?> _answers;
    private readonly TaskCompletionSource _firstEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    public ScriptedServer(params string?[] answers)
    {
        _answers = new Queue<string?>(answers);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public int Connections { get; private set; }

    /// <summary>Completes when the server has ended its first connection.</summary>
    public Task FirstEnded => _firstEnded.Task;

    /// <summary>Heads and bodies of what was asked.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Bytes that are sent at once.</summary>
    public int PieceBytes { get; init; } = int.MaxValue;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_answers.Count > 0)
        {
            using (var client = await _listener.AcceptSocketAsync(_ending.Token))
            {
                client.NoDelay = true;
                Connections++;
                await AnswerAsync(client);
            }
            _firstEnded.TrySetResult();
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        while (_answers.Count > 0 && await ReadRequestAsync(client) is { } request)
        {
            Requests.Add(request);
            for (var left = Encoding.UTF8.GetBytes(_answers.Dequeue() ?? "").AsMemory(); left.Length > 0; )
            {
                var piece = left[..Math.Min(PieceBytes, left.Length)];
                left = left[await client.SendAsync(piece, _ending.Token)..];
            }
            if (_answers.TryPeek(out var next) && next is null)
            {
                _answers.Dequeue();
                return;
            }
        }
    }

    private async Task<string?> ReadRequestAsync(Socket client)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(), _ending.Token);
            if (read == 0)
            {
                return null;
            }
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        return text.ToString();
    }
}
