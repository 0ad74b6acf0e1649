using Farm.Store.Paths;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.Paths;

/// <summary>Store paths for properties.</summary>
internal static class SomePaths
{
    private const string Characters = "+-.0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    public static Gen<StorePathName> Names { get; } =
        from text in Gen.Elements(Characters.ToCharArray()).ArrayOf()
        let name = new string(text.Length > 200 ? text[..200] : text)
        where StorePathName.TryParse(name, out _)
        select StorePathName.Parse(name);

    public static Gen<StorePath> Generator { get; } =
        from bytes in Gen.Choose(0, 255).ArrayOf(StorePathHash.SizeBytes)
        from name in Names
        select StorePath.Create(StorePathHash.FromBytes([.. bytes.Select(value => (byte)value)]), name);

    public static Arbitrary<StorePath> Arbitrary { get; } = Generator.ToArbitrary();
}
