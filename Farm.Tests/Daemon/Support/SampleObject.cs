using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Daemon.Support;

/// <summary>A store object that holds one file, with its archive.</summary>
internal sealed record SampleObject(PathInfo Info, byte[] Nar)
{
    /// <summary>Addressed by its content.</summary>
    public static SampleObject Of(StoreDir storeDir, string name, string contents)
    {
        var nar = Archive(Encoding.UTF8.GetBytes(contents));
        var hash = Sha256Digest.Compute(nar);
        var address = ContentAddress.Create(ContentAddressMethod.Nar, hash.ToHash());
        return new(
            new PathInfo
            {
                Path = StorePathMaker.Fixed(storeDir, StorePathName.Parse(name), address),
                NarHash = hash,
                NarSizeBytes = nar.Length,
                ContentAddress = address,
            },
            nar
        );
    }

    /// <summary>The same under a path that does not follow from it.</summary>
    public SampleObject WithoutAddress(char letter) =>
        this with
        {
            Info = Info with
            {
                Path = StorePath.Parse($"{new string(letter, 32)}-{Info.Path.Name}"),
                ContentAddress = null,
            },
        };

    public static byte[] Archive(byte[] contents) => NarWriter.OfFile(contents);
}
