using System.Net.Sockets;
using System.Text;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Store.Roots;

/// <summary>Tells a collector that runs in another process of new temporary roots.</summary>
/// <remarks>Shape: each path and a line feed to the collector, the digit 1 back for each once it is safe: what is being deleted is waited
/// for. Source: Nix's <c>LocalStore::addTempRoot</c>.</remarks>
internal static class GcSocketClient
{
    /// <summary>Paths sent before their answers are read: neither side's buffers fill.</summary>
    private const int Window = 64;

    /// <summary>False where nobody answers, or no more: the collector has come to its end, or is just beginning.</summary>
    public static async Task<bool> TryTellAsync(
        StoreLayout layout,
        IReadOnlyList<StorePath> paths,
        CancellationToken ct
    )
    {
        using var address = GcSocketAddress.Find(layout);
        if (address is null)
            return false;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(address.EndPoint, ct).ConfigureAwait(false);
            var answers = new byte[Window];
            foreach (var window in paths.Chunk(Window))
            {
                var lines = string.Concat(window.Select(path => layout.StoreDir.Print(path) + "\n"));
                await socket.SendAsync(Encoding.ASCII.GetBytes(lines), SocketFlags.None, ct).ConfigureAwait(false);
                for (var read = 0; read < window.Length; )
                {
                    var some = answers.AsMemory(0, window.Length - read);
                    var count = await socket.ReceiveAsync(some, SocketFlags.None, ct).ConfigureAwait(false);
                    if (count == 0 || some.Span[..count].ContainsAnyExcept((byte)'1'))
                        return false;
                    read += count;
                }
            }
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
