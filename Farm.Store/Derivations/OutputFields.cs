using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>The three texts behind an output's name: path, method with algorithm, hash.</summary>
internal static class OutputFields
{
    private const string ImpureHash = "impure";

    /// <summary>Reads <c>,"path","methodAlgo","hash"</c>.</summary>
    public static DerivationOutput Read(
        ref AtermReader reader,
        StoreDir storeDir,
        StorePathName derivation,
        string outputName
    )
    {
        reader.Expect(","u8);
        var at = reader.At;
        var path = reader.ReadPlain();
        reader.Expect(","u8);
        var methodAlgorithm = reader.ReadPlain();
        reader.Expect(","u8);
        var hash = reader.ReadPlain();
        return From(storeDir, derivation, outputName, path, methodAlgorithm, hash, at + 1);
    }

    /// <summary>Which output three texts stand for; also the texts of Nix's wire form.</summary>
    /// <exception cref="NixFormatException">They do not go together, or a fixed output's path does not follow from its hash.</exception>
    public static DerivationOutput From(
        StoreDir storeDir,
        StorePathName derivation,
        string outputName,
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> methodAlgorithm,
        ReadOnlySpan<byte> hash,
        int at
    )
    {
        if (methodAlgorithm.IsEmpty)
        {
            return path.IsEmpty
                ? new DerivationOutput.Deferred()
                : new DerivationOutput.InputAddressed(storeDir.ParsePath(path, at));
        }
        var methodText = Encoding.Latin1.GetString(methodAlgorithm);
        if (!MethodAlgorithm.TryParse(methodText, out var how))
            throw new NixFormatException(
                $"Output '{outputName}' has an unknown method or algorithm '{methodText}'",
                at
            );
        var hashText = Encoding.Latin1.GetString(hash);
        if (hashText.Length == 0 || hashText == ImpureHash)
        {
            if (!path.IsEmpty)
                throw new NixFormatException($"Output '{outputName}' has a path, but only a fixed hash tells one", at);
            return hashText.Length == 0 ? new DerivationOutput.Floating(how) : new DerivationOutput.Impure(how);
        }
        Span<byte> digest = stackalloc byte[HashText.MaxDigestBytes];
        digest = digest[..how.Algorithm.DigestBytes()];
        if (!HashText.TryDecode(hashText, digest))
            throw new NixFormatException(
                $"Output '{outputName}' has a hash '{hashText}' that is no {how.Algorithm.Name()}",
                at
            );
        var address = ContentAddress.Create(how.Method, Hash.FromBytes(how.Algorithm, digest));
        var stated = storeDir.ParsePath(path, at);
        var computed = StorePathMaker.Fixed(storeDir, StorePathMaker.OutputName(derivation, outputName), address);
        return stated == computed
            ? new DerivationOutput.Fixed(stated, address)
            : throw new NixFormatException(
                $"Output '{outputName}' has the path '{stated}', but its hash wants '{computed}'",
                at
            );
    }

    /// <summary>The three texts of an output.</summary>
    public static (string Path, string MethodAlgorithm, string Hash) Of(StoreDir storeDir, DerivationOutput output) =>
        output switch
        {
            DerivationOutput.InputAddressed known => (storeDir.Print(known.Path), "", ""),
            DerivationOutput.Fixed known => (
                storeDir.Print(known.Path),
                known.Address.MethodAlgorithm.ToString(),
                known.Address.Hash.Encode(HashFormat.Base16)
            ),
            DerivationOutput.Floating floating => ("", floating.How.ToString(), ""),
            DerivationOutput.Impure impure => ("", impure.How.ToString(), ImpureHash),
            DerivationOutput.Deferred => ("", "", ""),
            _ => throw new System.Diagnostics.UnreachableException($"No case of an output is {output.GetType()}."),
        };
}
