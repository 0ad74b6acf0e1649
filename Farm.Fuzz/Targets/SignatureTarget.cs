using System.Collections.Immutable;
using System.Text;
using Farm.Fuzz.Engine;
using Farm.Store.PathInfos;

namespace Farm.Fuzz.Targets;

/// <summary>Texts of signatures. Shape of an input: one on each line.</summary>
public sealed class SignatureTarget : FuzzTarget
{
    public override string Name => "signature";

    public override int MaxInputBytes => 8192;

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(":", "=", "==", "\n", "+", "/", "A", "AAAA", "key-1:", "é", "\0", "-", new string('k', 4090));

    public override byte[] Generate(Random random) =>
        Encoding.ASCII.GetBytes(
            string.Join(
                '\n',
                Enumerable
                    .Range(0, 1 + random.Next(3))
                    .Select(key => $"key-{key}:{Convert.ToBase64String(Targets.Words.Bytes(random, 70))}")
            )
        );

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
            traits.Add($"{SignatureText.IsValid(line)} {Traits.Count("long", line.Length)}");
        return default;
    }

    /// <summary>The order is one: neither what is compared first nor how a set is filled changes it.</summary>
    public override ValueTask CheckAsync(byte[] input)
    {
        string[] lines = [.. Encoding.UTF8.GetString(input).Split('\n').Take(6)];
        foreach (var left in lines)
        foreach (var right in lines)
        {
            LawBrokenException.Unless(
                Math.Sign(SignatureText.Order.Compare(left, right))
                    == -Math.Sign(SignatureText.Order.Compare(right, left)),
                "the order is the same from both sides"
            );
            LawBrokenException.Unless(
                SignatureText.Order.Compare(left, right) != 0 || left == right,
                "only equal texts are equal in the order"
            );
        }
        LawBrokenException.Unless(
            ImmutableSortedSet
                .CreateRange(SignatureText.Order, lines)
                .SequenceEqual(ImmutableSortedSet.CreateRange(SignatureText.Order, lines.Reverse())),
            "a set is the same however it is filled"
        );
        return default;
    }
}
