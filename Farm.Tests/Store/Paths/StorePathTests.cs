using System.Text;
using System.Text.Json;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.Paths;

public sealed class StorePathTests
{
    private const string Digits = "8bznhhm6dlj274in8lqs9av03bg1xdab";

    public static TheoryData<string> ValidNames() => Names("valid");

    public static TheoryData<string> InvalidNames() => Names("invalid_in_2_36");

    [Theory]
    [MemberData(nameof(ValidNames))]
    public void Parse_takes_every_name_that_Nix_takes(string name)
    {
        var path = StorePath.Parse($"{Digits}-{name}");
        Assert.Equal(name, path.Name);
        Assert.Equal($"{Digits}-{name}", path.ToString());
        Assert.Equal(path, StorePath.Parse(Encoding.UTF8.GetBytes($"{Digits}-{name}")));
    }

    [Theory]
    [MemberData(nameof(InvalidNames))]
    public void Parse_refuses_every_name_that_Nix_refuses(string name)
    {
        Assert.Throws<NixFormatException>(() => StorePath.Parse($"{Digits}-{name}"));
        Assert.Throws<NixFormatException>(() => StorePath.Parse(Encoding.UTF8.GetBytes($"{Digits}-{name}")));
        Assert.Throws<NixFormatException>(() => StorePathName.Parse(name));
    }

    [Fact]
    public void Parse_refuses_a_name_that_begins_with_dot_dash() => AssertRefused($"{Digits}-.-x", "begin with '.-'");

    [Fact]
    public void Parse_refuses_a_name_that_begins_with_dot_dot_dash() =>
        AssertRefused($"{Digits}-..-x", "begin with '.-'");

    [Fact]
    public void Parse_refuses_the_name_dot() => AssertRefused($"{Digits}-.", "begin with '.-'");

    [Fact]
    public void Parse_refuses_the_name_dot_dot() => AssertRefused($"{Digits}-..", "begin with '.-'");

    [Fact]
    public void Parse_refuses_an_empty_name() => AssertRefused($"{Digits}-", "must not be empty");

    [Fact]
    public void Parse_refuses_a_name_that_is_too_long() =>
        AssertRefused($"{Digits}-{new string('a', 212)}", "longer than 211");

    [Fact]
    public void Parse_refuses_another_character_than_a_dash_behind_the_hash() =>
        AssertRefused($"{Digits}_name", "a dash and a name");

    [Fact]
    public void Parse_refuses_a_hash_with_a_foreign_digit() => AssertRefused($"e{Digits[1..]}-name", "must be digits");

    [Fact]
    public void Parse_refuses_an_upper_case_digit() =>
        AssertRefused($"{Digits.ToUpperInvariant()}-name", "must be digits");

    [Fact]
    public void Parse_refuses_text_that_is_too_short() => AssertRefused(Digits, "a dash and a name");

    [Fact]
    public void A_derivation_is_told_by_its_suffix()
    {
        Assert.True(StorePath.Parse($"{Digits}-a.drv").IsDerivation);
        Assert.False(StorePath.Parse($"{Digits}-a.drv.txt").IsDerivation);
    }

    [Fact]
    public void Equal_hashes_with_other_names_are_other_paths() =>
        Assert.NotEqual(StorePath.Parse($"{Digits}-a"), StorePath.Parse($"{Digits}-b"));

    [Fact]
    public void The_default_store_path_throws_on_use() =>
        Assert.Throws<InvalidOperationException>(() => default(StorePath).ToString());

    [Fact]
    public void Paths_are_ordered_as_their_text_is() =>
        Prop.ForAll(
                SomePaths.Arbitrary.Generator.Two().ToArbitrary(),
                pair =>
                    Math.Sign(pair.Item1.CompareTo(pair.Item2))
                    == Math.Sign(string.CompareOrdinal(pair.Item1.ToString(), pair.Item2.ToString()))
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_reads_what_was_printed() =>
        Prop.ForAll(
                SomePaths.Arbitrary,
                path =>
                {
                    var ascii = new byte[path.TextLength];
                    return StorePath.Parse(path.ToString()) == path
                        && path.Print(ascii) == ascii.Length
                        && StorePath.Parse(ascii) == path;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_golden_path_parses() =>
        Assert.Equal(
            "foo.drv",
            StorePath
                .Parse(JsonSerializer.Deserialize<string>(Vectors.Read("golden", "store-path", "simple.json"))!)
                .Name
        );

    [Theory]
    [InlineData("", "wi0sw9r4p5prk7acm7i0z1b97h75faw7")]
    [InlineData("a", "z3pqd9sdvhirl23r5ialzjlvfdhczsyy")]
    [InlineData("hello", "bhg1c6wywawwa3m3cfsnr45l5kj0ym9k")]
    [InlineData("source:sha256:abc:/nix/store:x", "bfdbkgh1i02d5kh9wyh3pi4hapk5z1mq")]
    public void Fold_is_an_exclusive_or_and_no_truncation(string input, string expected) =>
        Assert.Equal(expected, StorePathHash.Fold(Sha256Digest.Compute(Encoding.UTF8.GetBytes(input))).ToString());

    private static void AssertRefused(string text, string rule)
    {
        var error = Assert.Throws<NixFormatException>(() => StorePath.Parse(text));
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.False(StorePath.TryParse(text, out _));
    }

    private static TheoryData<string> Names(string key)
    {
        using var file = JsonDocument.Parse(Vectors.Read("store-paths", "store-paths.json"));
        return
        [
            .. file
                .RootElement.GetProperty("names")
                .GetProperty(key)
                .EnumerateArray()
                .Select(item => item.GetString()!),
        ];
    }
}
