using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store;
using Farm.Store.Signing;

namespace Farm.Fuzz.Targets;

/// <summary>Texts of keys, and the input as a signature that is checked with one.</summary>
public sealed class KeyTarget : FuzzTarget
{
    private static readonly byte[] s_signed = [1, 2, 3];

    private static readonly SecretKey s_known = SecretKey.Parse(
        "cache.example.org-1:j0nDsOw5G0eY5DrN76z64H1dLkUOAxj1tFu0LGYzqdzwj5V6LqOLL2XuRRKft2fC8bH3sUj76mjosd1bKjE4cg=="
    );

    private static readonly TrustedKeys s_trusted = TrustedKeys.Of([s_known.PublicKey]);

    public override string Name => "key";

    public override int MaxInputBytes => 1024;

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(
            s_known.Name,
            ":",
            "=",
            "==",
            "\n",
            "+",
            "/",
            "AAAA",
            "é",
            "\0",
            " ",
            s_known.PublicKey.ToString()
        );

    public override byte[] Generate(Random random) =>
        Encoding.UTF8.GetBytes(
            random.Next(3) switch
            {
                0 => s_known.PublicKey.ToString(),
                1 => s_known.Print(),
                _ => s_known.Sign($"{random.Next(3)}"),
            }
        );

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var text = Encoding.UTF8.GetString(input);
        traits.Add($"signs {s_trusted.Verify(s_signed, text)}");
        traits.Add($"public {PublicKey.Parse(text).Name.Length}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        foreach (var text in Targets.Words.Texts(input))
        {
            if (Read(text, PublicKey.Parse) is { } key)
                LawBrokenException.Unless(
                    PublicKey.Parse(key.ToString()) == key,
                    "what is printed is read as the same key"
                );
            if (Read(text, SecretKey.Parse) is { } secret)
            {
                LawBrokenException.Unless(
                    SecretKey.Parse(secret.Print()).PublicKey == secret.PublicKey,
                    "what is printed is read as the same key"
                );
                LawBrokenException.Unless(
                    TrustedKeys.Of([secret.PublicKey]).Verify("1"u8, secret.Sign("1")),
                    "a key checks what it signs"
                );
            }
        }
        return default;
    }

    private static T? Read<T>(string text, Func<string, T> parse)
        where T : class
    {
        try
        {
            return parse(text);
        }
        catch (NixFormatException)
        {
            return null;
        }
    }
}
