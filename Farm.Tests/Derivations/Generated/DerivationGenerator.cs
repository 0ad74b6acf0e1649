using System.Text;
using Farm.Derivations;
using Farm.Derivations.Objects;
using Farm.Store.Hashing;

namespace Farm.Tests.Derivations.Generated;

/// <summary>Derivations drawn from a seed, each in C# and in Nix; later ones depend on earlier ones.</summary>
internal sealed class DerivationGenerator
{
    private static readonly string[] OutputNames = ["out", "dev", "lib", "bin", "doc", "a1", "z-z", "Info"];

    private readonly ValueGenerator _values;
    private readonly StringBuilder _nix = new("let\n");

    public DerivationGenerator(int seed) => _values = new ValueGenerator(new Random(seed));

    /// <summary>The derivations, by their names in the expression.</summary>
    public List<(string Name, Derivation Derivation)> Made { get; } = [];

    /// <summary>The whole as an expression: a set of derivations.</summary>
    public string Expression => $"{_nix}in {{ {string.Join(' ', Made.Select(made => $"inherit {made.Name};"))} }}\n";

    public void AddSource(string name, string nix, StoreObject item)
    {
        _nix.Append(name).Append(" = ").Append(nix).Append(";\n");
        _values.Add(name, item);
    }

    /// <summary>A text that may refer to sources and other texts.</summary>
    public void AddText(string name, params (string Name, StoreObject Item)[] references)
    {
        NixString text = _values.Plain();
        var nix = NixExpression.Quote(text.UnsafeDiscardContext());
        foreach (var (reference, item) in references)
        {
            text += $" {item}\n";
            nix = $"{nix} + \" ${{{reference}}}\\n\"";
        }
        AddSource(name, $"builtins.toFile \"{name}.txt\" ({nix})", TextFile.Create($"{name}.txt", text));
    }

    public void AddDerivation(int number)
    {
        var name = $"d{number:000}";
        var isStructured = _values.Often(35);
        var kind = _values.Next(10);
        var set = _values.Set(_values.Next(7), 3, isStructured);
        var (attributes, nix) = (set.Attributes, new List<string> { set.Nix[2..^2] });
        Give("name", $"g{number}{_values.Pick(new[] { "", "-1.2", "+b_c?d=e" })}");
        Give("system", _values.Pick(new[] { "x86_64-linux", "aarch64-linux", "builtin" }));
        GiveBuilder();
        if (isStructured)
            Give("__structuredAttrs", true, "true");
        else if (_values.Often(5))
            Give("__structuredAttrs", false, "false");
        if (_values.Often(20))
            Give("__ignoreNulls", _values.Often(70) ? (true, "true") : (false, "false"));
        GiveArgs(isStructured);
        switch (kind)
        {
            case 0 or 1:
                GiveFixed();
                break;
            case 2:
                GiveOutputs();
                Give("__contentAddressed", true, "true");
                GiveHow();
                break;
            case 3 when _values.Often(40):
                Give("__impure", true, "true");
                GiveHow();
                break;
            case < 7:
                GiveOutputs();
                break;
        }
        if (!isStructured && attributes.Names.FirstOrDefault(each => each.StartsWith('v')) is { } passed)
            Give("passAsFile", NixValue.List(passed), $"[ {NixExpression.Quote(passed)} ]");
        _nix.Append(name).Append(" = derivation { ").AppendJoin(' ', nix).Append(" };\n");
        var derivation = Derivation.FromAttributes(attributes);
        _values.Add(name, derivation);
        Made.Add((name, derivation));

        void Give(string attribute, object given, string? text = null)
        {
            var (value, written) = given switch
            {
                string plain => ((NixValue)plain, NixExpression.Quote(plain)),
                bool flag => (flag, text!),
                (bool flag, string said) => (flag, said),
                GeneratedText generated => (generated.Value, generated.Nix),
                NixValue ready => (ready, text!),
                _ => throw new ArgumentException($"{given.GetType()} is no value."),
            };
            attributes.Add(attribute, value);
            nix.Add($"{attribute} = {written};");
        }

        void GiveBuilder()
        {
            if (Made.Count == 0 || _values.Often(70))
            {
                Give("builder", "/bin/sh");
                return;
            }
            var (from, output) = _values.Output();
            Give("builder", new GeneratedText($"{output}/bin/tool", $"\"${{{from}}}/bin/tool\""));
        }

        void GiveArgs(bool withStructure)
        {
            if (_values.Often(20))
                return;
            // Arguments are texts either way, so that sets cannot be among them.
            GeneratedValue[] items = [.. Enumerable.Range(0, _values.Next(4)).Select(_ => _values.Value(false, 2))];
            _ = withStructure;
            Give(
                "args",
                NixValue.List([.. items.Select(item => item.Value)]),
                $"[ {string.Join(' ', items.Select(item => item.Nix))} ]"
            );
        }

        void GiveOutputs()
        {
            if (_values.Often(40))
                return;
            string[] outputs = [.. OutputNames.OrderBy(_ => _values.Next(1000)).Take(1 + _values.Next(4))];
            Give(
                "outputs",
                NixValue.List([.. outputs]),
                $"[ {string.Join(' ', outputs.Select(NixExpression.Quote))} ]"
            );
        }

        void GiveHow()
        {
            if (_values.Often(70))
                Give("outputHashMode", _values.Pick(new[] { "recursive", "flat" }));
            if (_values.Often(70))
                Give("outputHashAlgo", _values.Pick(new[] { "sha256", "sha1", "sha512", "md5" }));
        }

        void GiveFixed()
        {
            var algorithm = _values.Pick(Enum.GetValues<HashAlgorithm>());
            if (_values.Often(10))
            {
                Give("outputHash", "");
                Give("outputHashAlgo", algorithm.Name());
            }
            else
            {
                var hash = Hash.Compute(algorithm, Encoding.UTF8.GetBytes(name));
                var format = _values.Pick(Enum.GetValues<HashFormat>());
                var isPlain = format != HashFormat.Sri && _values.Often(50);
                Give("outputHash", isPlain ? hash.Encode(format) : hash.Print(format));
                if (isPlain || _values.Often(50))
                    Give("outputHashAlgo", algorithm.Name());
                else if (_values.Often(30))
                    Give("outputHashAlgo", "");
            }
            if (_values.Often(70))
                Give("outputHashMode", _values.Pick(new[] { "recursive", "flat" }));
            if (_values.Often(30))
                Give("outputs", NixValue.List("out"), "[ \"out\" ]");
        }
    }
}
