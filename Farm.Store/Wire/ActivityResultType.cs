namespace Farm.Store.Wire;

/// <summary>What is told of an activity. The values are those of the wire. Source: Nix's <c>enum ResultType</c>.</summary>
public enum ActivityResultType
{
    /// <summary>Fields: bytes, blocks.</summary>
    FileLinked = 100,

    /// <summary>Field: the line without its end.</summary>
    BuildLogLine = 101,

    /// <summary>Field: the path.</summary>
    UntrustedPath = 102,

    /// <summary>Field: the path.</summary>
    CorruptedPath = 103,

    /// <summary>Field: the phase.</summary>
    SetPhase = 104,

    /// <summary>Fields: done, expected, running, failed.</summary>
    Progress = 105,

    /// <summary>Fields: type of an activity, how many of it are expected.</summary>
    SetExpected = 106,

    /// <summary>Field: the line without its end.</summary>
    PostBuildLogLine = 107,
    FetchStatus = 108,
    FetchToStore = 109,
}
