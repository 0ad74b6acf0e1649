using System.Text;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Tests.Store.Paths;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.PathInfos;

public sealed class NarInfoLawTests
{
    private static readonly Gen<NarInfo> NarInfos =
        from path in SomePaths.Generator
        from references in SomePaths.Generator.ArrayOf()
        from deriver in SomePaths.Generator
        from hasDeriver in Gen.Elements(true, false)
        from size in Gen.Choose(1, int.MaxValue)
        from compression in Gen.Elements(NarInfo.Compressions.ToArray())
        from signatures in Gen.Elements("a:AAAA", "b-1:aaaa", "a:/+==", "b-1:zzzz").ArrayOf()
        from address in Gen.Elements(null, "fixed:sha1:143xibwh31h9bvxzalr0sjvbbvpa6ffs")
        select new NarInfo
        {
            Info = new PathInfo
            {
                Path = path,
                NarHash = Sha256Digest.Compute(Encoding.UTF8.GetBytes(path.ToString())),
                NarSizeBytes = size,
                References = [.. references],
                Deriver = hasDeriver ? deriver : null,
                Signatures = [.. signatures],
                ContentAddress = address is null ? null : ContentAddress.Parse(address),
            },
            Url = $"nar/{path.Hash}.nar",
            Compression = compression,
            FileHash = hasDeriver ? Hash.Compute(HashAlgorithm.Sha256, []) : null,
            FileSizeBytes = hasDeriver ? size : null,
        };

    [Fact]
    public void Parse_reads_what_Print_printed() =>
        Prop.ForAll(
                NarInfos.ToArbitrary(),
                narInfo =>
                {
                    var printed = NarInfoPrinter.Print(StoreDir.Default, narInfo);
                    return NarInfoParser.Parse(StoreDir.Default, Encoding.UTF8.GetBytes(printed)) == narInfo;
                }
            )
            .QuickCheckThrowOnFailure();
}
