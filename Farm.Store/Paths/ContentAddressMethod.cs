using System.Diagnostics;

namespace Farm.Store.Paths;

/// <summary>What of a store object is hashed to get its content address.</summary>
public enum ContentAddressMethod
{
    /// <summary>The bytes of a single file.</summary>
    Flat,

    /// <summary>The NAR serialisation.</summary>
    Nar,

    /// <summary>The bytes of a text file that may refer to other store objects; SHA-256 only.</summary>
    Text,

    /// <summary>Git's object id; SHA-1 or SHA-256.</summary>
    Git,
}

internal static class ContentAddressMethods
{
    /// <summary>What is written before the algorithm in a derivation: nothing, <c>r:</c>, <c>text:</c> or <c>git:</c>.</summary>
    public static string Prefix(this ContentAddressMethod method) =>
        method switch
        {
            ContentAddressMethod.Flat => "",
            ContentAddressMethod.Nar => "r:",
            ContentAddressMethod.Text => "text:",
            ContentAddressMethod.Git => "git:",
            _ => throw new UnreachableException($"No content address method has the value {(int)method}."),
        };
}
