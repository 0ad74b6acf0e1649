using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Worker.Planning;

/// <summary>Reads the options of a request; they depend on its name and environment alone.</summary>
internal static class RequestOptions
{
    /// <exception cref="Farm.Store.NixFormatException">An attribute has another form than it must have; the message names it.</exception>
    public static DerivationOptions Of(BuildRequest request) =>
        DerivationOptions.From(
            new Derivation
            {
                Name = StorePathName.Parse(request.Name),
                Outputs = ImmutableSortedDictionary<string, DerivationOutput>.Empty,
                Platform = ByteString.FromUtf8(request.Platform),
                Builder = request.Builder,
                Env = request.Env,
            }
        );
}
