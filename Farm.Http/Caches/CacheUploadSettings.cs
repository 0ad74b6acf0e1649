namespace Farm.Http.Caches;

/// <summary>What a binary cache takes. Source: <c>farm.cache.uploads</c> in <c>cluster.hocon</c>, where each key is explained.</summary>
public sealed record CacheUploadSettings
{
    private const string Section = "farm.cache.uploads";

    /// <summary>The file that <see cref="UploadCredentials"/> reads; null where nothing is taken from anybody.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>Longest archive, compressed or not.</summary>
    public long MaxNarBytes { get; init; } = 16L << 30;

    /// <summary>Most bytes of archives that wait for their narinfos or are on their way.</summary>
    public long MaxPendingBytes { get; init; } = 64L << 30;

    /// <summary>How long an archive waits for its narinfo, and how long a path is kept for those that will refer to it.</summary>
    public TimeSpan KeepPending { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether each path becomes a root, so that it stays until that is deleted.</summary>
    public bool MakesRoots { get; init; } = true;

    /// <exception cref="ArgumentException">A value is out of range; the message names the key.</exception>
    public static CacheUploadSettings From(Config config)
    {
        var defaults = new CacheUploadSettings();
        var file = config.GetString($"{Section}.credentials-file", "");
        return new()
        {
            CredentialsFile =
                string.IsNullOrEmpty(file) ? null
                : Path.IsPathRooted(file) ? file
                : throw new ArgumentException(
                    $"{Section}.credentials-file is '{file}': it must be an absolute path, or empty."
                ),
            MaxNarBytes = Size(config, "max-nar-size", defaults.MaxNarBytes),
            MaxPendingBytes = Size(config, "max-pending-size", defaults.MaxPendingBytes),
            KeepPending =
                config.GetTimeSpan($"{Section}.keep-pending", defaults.KeepPending, allowInfinite: false) is var keep
                && keep > TimeSpan.Zero
                    ? keep
                    : throw new ArgumentException($"{Section}.keep-pending is {keep}: it must be longer than 0."),
            MakesRoots = config.GetBoolean($"{Section}.roots", defaults.MakesRoots),
        };
    }

    private static long Size(Config config, string key, long otherwise)
    {
        var size = config.HasPath($"{Section}.{key}") ? config.GetByteSize($"{Section}.{key}") : otherwise;
        return size is > 0
            ? size.Value
            : throw new ArgumentException($"{Section}.{key} is {size}: it must be more than 0.");
    }
}
