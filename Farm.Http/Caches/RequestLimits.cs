using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Farm.Http.Caches;

/// <summary>How often one address may ask.</summary>
internal static class RequestLimits
{
    /// <summary>The part of an IPv6 address that one customer has; the rest is theirs to change.</summary>
    private const int NetworkBytes = 8;

    /// <summary>A bucket of tokens for each address, from which each request takes one.</summary>
    public static RateLimiterOptions Of(CacheLimitSettings settings) =>
        new()
        {
            GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context =>
                RateLimitPartition.GetTokenBucketLimiter(
                    AddressOf(context.Connection.RemoteIpAddress),
                    _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = settings.Burst,
                        TokensPerPeriod = settings.PerSecond,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                        QueueLimit = 0,
                    }
                )
            ),
            OnRejected = async (rejected, _) =>
                await CacheRequest.AnswerAsync(rejected.HttpContext, new CacheProblem.TooMany()).ConfigureAwait(false),
        };

    /// <summary>Whom an address is counted as.</summary>
    internal static IPAddress AddressOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new(bytes);
    }
}
