using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.Paths;

namespace Farm.Fuzz.Targets;

/// <summary>Store paths, store directories, and paths inside store objects.</summary>
public sealed class StorePathTarget : FuzzTarget
{
    private static readonly StoreDir s_dir = StoreDir.Default;

    public override string Name => "store-path";

    public override int MaxInputBytes => 1024;

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(
            "/nix/store/",
            "/nix/store",
            "/",
            "//",
            "/./",
            "/../",
            ".",
            "..",
            ".-",
            "-",
            ".drv",
            "00000000000000000000000000000000",
            "e",
            "é",
            "\0",
            "+",
            "?",
            "=",
            "_",
            new string('n', 211)
        );

    public override byte[] Generate(Random random)
    {
        var path = Targets.Words.Path(random).ToString();
        return Encoding.UTF8.GetBytes(
            random.Next(4) switch
            {
                0 => path,
                1 => $"/nix/store/{path}/bin/x",
                _ => $"/nix/store/{path}",
            }
        );
    }

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var path = input is [(byte)'/', ..] ? s_dir.ParsePath(input) : StorePath.Parse(input);
        traits.Add($"{path.IsDerivation} {path.Name[0]} {Traits.Count("long", path.Name.Length)}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        foreach (var text in Targets.Words.Texts(input))
            Check(text);
        if (StorePath.TryParse(input.AsSpan(), out var path))
        {
            LawBrokenException.Unless(
                StorePath.Parse(Encoding.ASCII.GetString(input)) == path,
                "bytes are read as characters are"
            );
        }
        return default;
    }

    private static void Check(string text)
    {
        Read(text, StorePath.Parse, path => path.ToString() == text);
        Read(text, s_dir.ParsePath, path => s_dir.Print(path) == text);
        Read(text, s_dir.ParseTolerantPath, path => s_dir.ParseTolerantPath(s_dir.Print(path)) == path);
        Read(text, s_dir.ParseInside, found => s_dir.Print(found.Path) + found.Inside == text);
        Read(text, StorePathName.Parse, name => name.ToString() == text);
        Read(text, StoreDir.Parse, dir => dir.Text == text);
        LawBrokenException.Unless(
            StorePath.TryParse(text, out _) == (Read(text, StorePath.Parse, _ => true)),
            "both ways to read agree"
        );
    }

    private static bool Read<T>(string text, Func<string, T> parse, Func<T, bool> isSame)
    {
        try
        {
            LawBrokenException.Unless(isSame(parse(text)), "what is read is printed as it was");
            return true;
        }
        catch (NixFormatException)
        {
            return false;
        }
    }
}
