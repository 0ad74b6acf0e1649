using System.CommandLine;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>Options that tell what the path of an added object follows from.</summary>
internal static class AddressOptions
{
    public static Option<string?> Name(string description) =>
        new("--name") { Description = description, HelpName = "NAME" };

    public static Option<bool> Flat() =>
        new("--flat") { Description = "Address a plain file by its bytes, not by its archive." };

    public static Option<string> Algorithm() =>
        new("--algorithm")
        {
            Description = "Hash of the address: sha256, sha512, sha1 or md5.",
            HelpName = "HASH",
            DefaultValueFactory = _ => "sha256",
        };

    /// <exception cref="Farm.Store.NixFormatException">There is no such algorithm.</exception>
    public static MethodAlgorithm Read(ParseResult parsed, Option<bool> flat, Option<string> algorithm) =>
        MethodAlgorithm.Create(
            parsed.GetValue(flat) ? ContentAddressMethod.Flat : ContentAddressMethod.Nar,
            HashText.ParseAlgorithm(parsed.GetRequiredValue(algorithm))
        );
}
