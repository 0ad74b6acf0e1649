using System.Globalization;

namespace Farm.Cli.Commands.Stores;

/// <summary>What a binary cache says of itself, also as JSON.</summary>
/// <remarks>Shape: the lines <c>Key: value</c> of <c>nix-cache-info</c>. Source: Nix manual, "Binary cache".</remarks>
/// <param name="StoreDir">What its paths begin with.</param>
/// <param name="Priority">Lower is asked earlier; 50 where it does not say.</param>
/// <param name="WantMassQuery">Whether it may be asked for many paths that nobody needs yet.</param>
public sealed record CacheAbout(string StoreDir, int Priority, bool WantMassQuery)
{
    private const int UsualPriority = 50;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <exception cref="CommandException">Nothing answers there, or something that is no binary cache.</exception>
    public static async Task<CacheAbout> AskAsync(Uri address, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = s_patience };
        try
        {
            return Parse(
                address,
                await http.GetStringAsync(new Uri(address, "nix-cache-info"), ct).ConfigureAwait(false)
            );
        }
        catch (HttpRequestException error) when (error.StatusCode is { } status)
        {
            throw new CommandException($"What answers at {address} is no binary cache: status {(int)status}.", error);
        }
        catch (HttpRequestException error)
        {
            throw new CommandException(
                $"Nothing answers at {address}: {error.GetBaseException().Message.TrimEnd('.')}.",
                error
            );
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            throw new CommandException($"Nothing answers at {address} within {s_patience.TotalSeconds} s.", error);
        }
    }

    /// <exception cref="CommandException">The text names no store directory.</exception>
    internal static CacheAbout Parse(Uri address, string text)
    {
        var values = text.Split('\n')
            .Select(line => line.Split(':', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
        return values.TryGetValue("StoreDir", out var storeDir)
            ? new(
                storeDir,
                int.TryParse(values.GetValueOrDefault("Priority"), CultureInfo.InvariantCulture, out var priority)
                    ? priority
                    : UsualPriority,
                values.GetValueOrDefault("WantMassQuery") == "1"
            )
            : throw new CommandException($"What answers at {address} is no binary cache: it names no StoreDir.");
    }
}
