namespace Farm.Fuzz.Daemons;

/// <summary>Whom a daemon takes a client for.</summary>
internal enum FuzzedClient
{
    /// <summary>Anybody who may use it.</summary>
    Other,

    /// <summary>One who may do all.</summary>
    Trusted,

    /// <summary>A builder, which sees only some of the store.</summary>
    Builder,
}
