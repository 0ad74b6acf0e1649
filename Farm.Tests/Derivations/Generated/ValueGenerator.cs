using Farm.Derivations;
using Farm.Derivations.Objects;

namespace Farm.Tests.Derivations.Generated;

/// <summary>Values and texts drawn from a seed, which refer to what was made before.</summary>
internal sealed class ValueGenerator(Random random)
{
    private static readonly string[] Pieces =
    [
        "a",
        "B7",
        " ",
        "-",
        "$",
        "${x}",
        "$$",
        "''",
        "\"",
        "\\",
        "\\n",
        "\n",
        "\r",
        "\t",
        "\u0001",
        "\b",
        "\f",
        "\u001f",
        "\u007f",
        "é",
        "☃",
        "𝄞",
        "\uFFFD",
        "\uE000",
        "{",
        "}",
        "[",
        "]",
        "/",
        "=",
        ":",
        "'",
        "`",
        "#",
        "%s",
        "e\u0301",
    ];

    private readonly List<(string Name, Derivation Derivation)> _derivations = [];
    private readonly List<(string Name, StoreObject Item)> _objects = [];

    public void Add(string name, Derivation derivation) => _derivations.Add((name, derivation));

    public void Add(string name, StoreObject item) => _objects.Add((name, item));

    public int Next(int below) => random.Next(below);

    public bool Often(int percent) => random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>Letters, escapes, control characters, characters of all lengths; no context.</summary>
    public string Plain(int most = 8) =>
        string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => Pick(Pieces)));

    /// <summary>A text for an attribute, often with a context.</summary>
    public GeneratedText Text(int depth = 2)
    {
        var left = Plain();
        switch (depth == 0 || _derivations.Count == 0 ? 0 : random.Next(9))
        {
            case 1:
                var (name, output) = Output();
                return new($"{left}{output}/lib", $"\"{Inner(left)}${{{name}}}/lib\"");
            case 2:
                var item = Pick(_objects);
                return new($"{left}{item.Item}", $"\"{Inner(left)}${{{item.Name}}}\"");
            case 3:
                var (one, two) = (Text(depth - 1), Text(depth - 1));
                return new(one.Value + two.Value, $"({one.Nix} + {two.Nix})");
            case 4:
                var (between, first, last) = (Text(depth - 1), Text(depth - 1), Text(depth - 1));
                return new(
                    NixString.Join(between.Value, first.Value, last.Value),
                    $"(builtins.concatStringsSep {between.Nix} [ {first.Nix} {last.Nix} ])"
                );
            case 5:
                var (text, to) = (Text(depth - 1), Text(depth - 1));
                var from = Pick(new[] { "a", "/", "$", "nothing of this" });
                return new(
                    text.Value.Replace(from, to.Value),
                    $"(builtins.replaceStrings [ {NixExpression.Quote(from)} ] [ {to.Nix} ] {text.Nix})"
                );
            case 6:
                var whole = Output();
                // Paths are ASCII, so that bytes and UTF-16 units are the same.
                return new(whole.Output.OutPath.Substring(3, 12), $"(builtins.substring 3 12 \"${{{whole.Name}}}\")");
            case 7:
                var deep = Pick(_derivations);
                return Often(50)
                    ? new(deep.Derivation.DrvPath, $"{deep.Name}.drvPath")
                    : new(
                        deep.Derivation.DrvPath.UnsafeDiscardOutputDependency(),
                        $"(builtins.unsafeDiscardOutputDependency {deep.Name}.drvPath)"
                    );
            case 8:
                var own = Pick(new[] { "out", "dev", "other" });
                return new(
                    $"--prefix={Derivation.PlaceholderOf(own)}",
                    $"\"--prefix=${{builtins.placeholder {NixExpression.Quote(own)}}}\""
                );
            default:
                return new(left, NixExpression.Quote(left));
        }
    }

    /// <summary>Any value.</summary>
    /// <param name="withSets">Whether sets are among them, which only structured attributes can hold.</param>
    /// <param name="depth">How deep lists and sets may nest.</param>
    public GeneratedValue Value(bool withSets, int depth = 3)
    {
        switch (random.Next(depth == 0 ? 7 : 10))
        {
            case 0:
                return new(NixValue.Null, "null");
            case 1:
                var flag = Often(50);
                return new(flag, flag ? "true" : "false");
            case 2:
                var integer = Pick(new[] { 0, 1, -7, 42, long.MaxValue, -long.MaxValue, random.NextInt64(1L << 53) });
                return new(integer, NixExpression.Integer(integer));
            case 3:
                var fraction = Fraction();
                return new(fraction, NixExpression.Fraction(fraction));
            case 4 when _derivations.Count > 0:
                var (name, derivation) = Output();
                return new(derivation, name);
            case 7 or 8:
                GeneratedValue[] items =
                [
                    .. Enumerable.Range(0, random.Next(5)).Select(_ => Value(withSets, depth - 1)),
                ];
                return new(
                    NixValue.List([.. items.Select(item => item.Value)]),
                    $"[ {string.Join(' ', items.Select(item => item.Nix))} ]"
                );
            case 9 when withSets:
                var set = Set(random.Next(4), depth - 1, true);
                return new(set.Attributes, set.Nix);
            default:
                var text = Text();
                return new(text.Value, text.Nix);
        }
    }

    /// <summary>Attributes whose names no derivation gives a meaning.</summary>
    public GeneratedSet Set(int count, int depth, bool withSets)
    {
        var attributes = new AttributeSet();
        var nix = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var name = Often(60) ? $"v{random.Next(1000)}" : $"n{Plain(3)}";
            if (attributes.Contains(name))
                continue;
            var value = Value(withSets, depth);
            attributes.Add(name, value.Value);
            nix.Add($"{NixExpression.Quote(name)} = {value.Nix};");
        }
        return new(attributes, $"{{ {string.Join(' ', nix)} }}");
    }

    /// <summary>An output of what was made before.</summary>
    public (string Name, Derivation Output) Output()
    {
        var (name, derivation) = Pick(_derivations);
        var output = Pick(derivation.OutputNames);
        return Often(30) ? (name, derivation) : ($"{name}.{output}", derivation[output]);
    }

    private double Fraction() =>
        random.Next(6) switch
        {
            0 => Pick(
                new[] { 0.0, 2.0, 0.1, 1.5, -0.5, 0.0078125, 100000.5, 1234567.0, 1e-5, 1e-4, 1e15, 1e16, 123456.5 }
            ),
            1 => random.NextDouble(),
            2 => random.Next(1_000_000) / 8.0,
            3 => random.NextDouble() * Math.Pow(10, random.Next(-30, 30)),
            4 => -random.Next(100_000) / 100.0,
            _ => BitConverter.Int64BitsToDouble(random.NextInt64(0x3000_0000_0000_0000, 0x5000_0000_0000_0000)),
        };

    private static string Inner(string text) => NixExpression.Quote(text)[1..^1];
}
