using System.Collections.Immutable;
using System.Text;
using Farm.Store.Paths;
using Farm.Store.References;

namespace Farm.Tests.Store.References;

public sealed class ReferenceScannerTests
{
    private static readonly StorePath One = StorePath.Parse("8bznhhm6dlj274in8lqs9av03bg1xdab-one");
    private static readonly StorePath Two = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-two");

    [Fact]
    public void A_hash_part_alone_is_a_reference() => Assert.Equal([One], Scan([One, Two], [$"xx{One.Hash}yy"]));

    [Fact]
    public void A_path_that_is_no_candidate_is_not_found() => Assert.Empty(Scan([Two], [$"/nix/store/{One}"]));

    [Fact]
    public void Paths_with_one_hash_are_found_together()
    {
        var twin = StorePath.Parse($"{One.Hash}-twin");
        Assert.Equal([One, twin], Scan([One, twin], [$"/nix/store/{One}"]));
    }

    [Fact]
    public void Digits_before_a_hash_do_not_hide_it() =>
        Assert.Equal([Two, One], Scan([One, Two], [$"0000{Two.Hash}{One.Hash}zz"]));

    [Fact]
    public void Upper_case_is_no_reference() => Assert.Empty(Scan([One], [One.ToString().ToUpperInvariant()]));

    [Fact]
    public void A_reference_is_found_at_every_division_into_two_pieces()
    {
        var text = $"before {One} behind";
        for (var at = 0; at <= text.Length; at++)
            Assert.Equal([One], Scan([One], [text[..at], text[at..]]));
    }

    [Fact]
    public void A_reference_is_found_in_single_bytes() =>
        Assert.Equal([One], Scan([One], $"before {One} behind".Select(character => character.ToString())));

    [Fact]
    public void A_text_that_is_too_short_has_no_reference() => Assert.Empty(Scan([One], [One.Hash.ToString()[..31]]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_scanner_finds_what_a_naive_scan_finds(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var candidates = Enumerable.Range(0, random.Next(1, 20)).Select(_ => SomePath(random)).ToArray();
            var data = SomeData(random, candidates);
            var scanner = new ReferenceScanner(candidates);
            for (var at = 0; at < data.Length; )
            {
                var length = Math.Min(data.Length - at, random.Next(random.Next(2) == 0 ? 8 : 200));
                scanner.Feed(data.AsSpan(at, length));
                at += length;
            }
            Assert.Equal(Naive(data, candidates), scanner.Found);
        }
    }

    internal static StorePath SomePath(Random random)
    {
        var bytes = new byte[StorePathHash.SizeBytes];
        random.NextBytes(bytes);
        return StorePath.Create(StorePathHash.FromBytes(bytes), StorePathName.Parse("x"));
    }

    internal static byte[] SomeData(Random random, StorePath[] candidates)
    {
        var data = new List<byte>();
        for (var pieces = random.Next(30); pieces > 0; pieces--)
        {
            var hash = Encoding.ASCII.GetBytes(candidates[random.Next(candidates.Length)].Hash.ToString());
            switch (random.Next(5))
            {
                case 0:
                    data.AddRange(hash);
                    break;
                case 1:
                    data.AddRange(hash[..random.Next(hash.Length)]);
                    break;
                case 2:
                    hash[random.Next(hash.Length)] = (byte)'e';
                    data.AddRange(hash);
                    break;
                case 3:
                    data.AddRange(Enumerable.Repeat((byte)'0', random.Next(70)));
                    break;
                default:
                    data.AddRange(Enumerable.Range(0, random.Next(70)).Select(_ => (byte)random.Next(256)));
                    break;
            }
        }
        return [.. data];
    }

    private static ImmutableSortedSet<StorePath> Naive(byte[] data, StorePath[] candidates) =>
        [.. candidates.Where(path => data.AsSpan().IndexOf(Encoding.ASCII.GetBytes(path.Hash.ToString())) >= 0)];

    private static ImmutableSortedSet<StorePath> Scan(StorePath[] candidates, IEnumerable<string> pieces)
    {
        var scanner = new ReferenceScanner(candidates);
        foreach (var piece in pieces)
            scanner.Feed(Encoding.ASCII.GetBytes(piece));
        return scanner.Found;
    }
}
