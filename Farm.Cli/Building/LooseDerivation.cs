using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Building;

/// <summary>A derivation in a file that is in no store.</summary>
/// <param name="Derivation">The contents.</param>
/// <param name="Source">The store object that the file becomes.</param>
internal sealed record LooseDerivation(Derivation Derivation, SourcePath.InMemory Source)
{
    /// <summary>The name is the file's, without the hash of a store path if it has one; then the contents must fit that hash.</summary>
    /// <exception cref="CommandException">The file is no derivation, or not the one that its name says.</exception>
    public static LooseDerivation Read(string file, StoreDir storeDir)
    {
        var bytes = File.ReadAllBytes(file);
        var fileName = Path.GetFileName(file);
        StorePath? expected = StorePath.TryParse(fileName, out var stored) ? stored : null;
        try
        {
            var name = StorePathName.Parse(expected?.Name ?? fileName);
            var plain = StorePathName.Parse(name.Text[..^StorePath.DerivationSuffix.Length]);
            var derivation = DerivationParser.Parse(storeDir, plain, bytes);
            var digest = Sha256Digest.Compute(bytes);
            var path = StorePathMaker.Text(storeDir, name, digest, derivation.References);
            if (expected is not null && expected != path)
            {
                throw new CommandException(
                    $"The contents of '{file}' are not those that its name tells of: they belong to '{storeDir.Print(path)}'; get the file again."
                );
            }
            var nar = NarWriter.OfFile(bytes);
            var info = new PathInfo
            {
                Path = path,
                NarHash = Sha256Digest.Compute(nar),
                NarSizeBytes = nar.Length,
                References = derivation.References,
                ContentAddress = ContentAddress.Create(ContentAddressMethod.Text, digest.ToHash()),
            };
            return new LooseDerivation(derivation, new SourcePath.InMemory(info, nar));
        }
        catch (NixFormatException error)
        {
            throw new CommandException($"The derivation '{file}' is malformed: {error.Message}", error);
        }
    }
}
