namespace Farm.Tests.Support;

/// <summary>Data made by real Nix, copied beside the tests.</summary>
internal static class Vectors
{
    public static string Path(params string[] parts) =>
        System.IO.Path.Combine([AppContext.BaseDirectory, "Vectors", .. parts]);

    public static byte[] Read(params string[] parts) => File.ReadAllBytes(Path(parts));
}
