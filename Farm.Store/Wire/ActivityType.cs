namespace Farm.Store.Wire;

/// <summary>What is under way. The values are those of the wire. Source: Nix's <c>enum ActivityType</c>.</summary>
public enum ActivityType
{
    Unknown = 0,

    /// <summary>Fields: path, where it comes from, where it goes.</summary>
    CopyPath = 100,

    /// <summary>Field: the address.</summary>
    FileTransfer = 101,
    Realise = 102,
    CopyPaths = 103,
    Builds = 104,

    /// <summary>Fields: path of the derivation, name of the machine or nothing, 1, 1.</summary>
    Build = 105,
    OptimiseStore = 106,
    VerifyPaths = 107,

    /// <summary>Fields: path, address of the substituter.</summary>
    Substitute = 108,

    /// <summary>Fields: path, address of the substituter.</summary>
    QueryPathInfo = 109,

    /// <summary>Field: path of the derivation.</summary>
    PostBuildHook = 110,
    BuildWaiting = 111,
    FetchTree = 112,
    FetchToStore = 113,
}
