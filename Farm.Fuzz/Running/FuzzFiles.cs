using System.Security.Cryptography;

namespace Farm.Fuzz.Running;

/// <summary>Where a run leaves what it finds: <c>artifacts/fuzz/TARGET/</c>.</summary>
internal static class FuzzFiles
{
    public static string LastInput(string target) => Path.Combine(Folder(target), "last-input");

    /// <summary>Writes a finding: the input, and beside it what happened.</summary>
    /// <returns>The file with the input.</returns>
    public static string Write(string target, byte[] input, string details)
    {
        var name = $"found-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}";
        var file = Path.Combine(Folder(target), name);
        File.WriteAllBytes(file, input);
        File.WriteAllText($"{file}.txt", details + "\n");
        return file;
    }

    private static string Folder(string target) => Directory.CreateDirectory($"artifacts/fuzz/{target}").FullName;
}
