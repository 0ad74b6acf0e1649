using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Collecting;
using Farm.Store.Collector;
using Farm.Store.Local;
using Farm.Store.Signing;

namespace Farm.Daemon.Configuration;

/// <summary>What a configuration of Nix means to the store and to the caches that it fetches from.</summary>
public static class StoreMapping
{
    /// <exception cref="NixConfException">A key is malformed.</exception>
    /// <remarks>The immutable bit is off: on a machine that had Nix, other programs of it may work on the same store.</remarks>
    public static LocalStoreSettings Store(NixSettings settings, StoreLayout layout) =>
        new()
        {
            Layout = layout,
            Immutable = ImmutableBit.Off,
            Optimise = settings.Flag("auto-optimise-store", false),
            FsyncMetadata = settings.Flag("fsync-metadata", true),
            FsyncStorePaths = settings.Flag("fsync-store-paths", false),
            SyncBeforeRegistering = settings.Flag("sync-before-registering", false),
            Signing = new SigningSettings
            {
                TrustedPublicKeys = [.. settings.Words("trusted-public-keys").Select(Key)],
                SecretKeyFiles = settings.Words("secret-key-files"),
                RequireSignatures = settings.Flag("require-sigs", true),
            },
            Collector = new CollectorSettings
            {
                Keep = new KeepRules(
                    Outputs: settings.Flag("keep-outputs", false),
                    Derivations: settings.Flag("keep-derivations", true)
                ),
                MinFreeBytes = settings.Number("min-free", 0),
                MaxFreeBytes = settings.Number("max-free", long.MaxValue),
                MinFreeCheckInterval = Span(settings, "min-free-check-interval", 5),
                ReservedBytes = settings.Number("gc-reserved-space", CollectorSettings.DefaultReservedBytes),
            },
        };

    /// <exception cref="NixConfException">An address is malformed.</exception>
    public static SubstituterSettings Substituters(NixSettings settings, NixDirectories directories) =>
        new()
        {
            Caches = [.. settings.Words("substituters").Select(Address)],
            IsOn = settings.Flag("substitute", true),
            MaxJobs = (int)Math.Clamp(settings.Number("max-substitution-jobs", 16), 1, 1024),
            Fallback = settings.Flag("fallback", false),
            PositiveTtl = Span(settings, "narinfo-cache-positive-ttl", 2_592_000),
            NegativeTtl = Span(settings, "narinfo-cache-negative-ttl", 3600),
            InfoTtl = Span(settings, "narinfo-cache-meta-ttl", 604_800),
            Http = new HttpCacheSettings
            {
                Connections = (int)Math.Min(settings.Number("http-connections", 25), int.MaxValue),
                ConnectTimeout = Span(settings, "connect-timeout", 0),
                StalledTimeout = Span(settings, "stalled-download-timeout", 300),
                Attempts = (int)Math.Clamp(settings.Number("download-attempts", 5), 1, 1000),
                UserAgentSuffix = settings.Text("user-agent-suffix") ?? "",
                NetrcFile = settings.Text("netrc-file") ?? $"{directories.ConfDir}/netrc",
            },
        };

    /// <summary>The caches that a client without rights may choose: those of the machine, and those in <c>trusted-substituters</c>.</summary>
    public static ImmutableSortedSet<string> AllowedSubstituters(NixSettings settings) =>
        settings
            .Words("substituters")
            .Concat(settings.Words("trusted-substituters"))
            .ToImmutableSortedSet(StringComparer.Ordinal);

    private static TimeSpan Span(NixSettings settings, string name, long otherwise) =>
        TimeSpan.FromSeconds(settings.Number(name, otherwise));

    private static PublicKey Key(string text)
    {
        try
        {
            return PublicKey.Parse(text);
        }
        catch (NixFormatException failure)
        {
            throw new NixConfException($"setting 'trusted-public-keys' has invalid value '{text}': {failure.Message}");
        }
    }

    private static CacheAddress Address(string text)
    {
        try
        {
            return CacheAddress.Parse(text);
        }
        catch (NixFormatException failure)
        {
            throw new NixConfException($"setting 'substituters' has invalid value '{text}': {failure.Message}");
        }
    }
}
