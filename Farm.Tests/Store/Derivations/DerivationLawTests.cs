using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Store.Paths;
using FsCheck;
using FsCheck.Fluent;

namespace Farm.Tests.Store.Derivations;

public sealed class DerivationLawTests
{
    private static readonly StoreDir Default = StoreDir.Default;

    private static readonly Gen<ByteString> Texts =
        from bytes in Gen.OneOf(Gen.Elements(34, 92, 10, 13, 9, 0), Gen.Choose(0, 255)).ArrayOf()
        select ByteString.FromBytes([.. bytes.Select(value => (byte)value)]);

    private static readonly Gen<DerivationOutput> Outputs = Gen.OneOf(
        Gen.Constant<DerivationOutput>(new DerivationOutput.Deferred()),
        SomePaths.Generator.Select(DerivationOutput (path) => new DerivationOutput.InputAddressed(path)),
        Gen.Elements("sha256", "r:sha1", "text:sha256", "git:sha1", "r:md5", "sha512")
            .Select(DerivationOutput (how) => new DerivationOutput.Floating(MethodAlgorithm.Parse(how))),
        Gen.Constant<DerivationOutput>(new DerivationOutput.Impure(MethodAlgorithm.Parse("r:sha256")))
    );

    private static readonly Gen<DerivationInput> Inputs = Gen.Elements("out", "dev", "lib")
        .NonEmptyListOf()
        .Select(names => DerivationInput.Of(names));

    private static readonly Gen<Derivation> Derivations =
        from name in SomePaths.Names
        from output in Outputs
        from paths in SomePaths.Generator.ArrayOf()
        from input in Inputs
        from sources in SomePaths.Generator.ArrayOf()
        from builder in Texts
        from args in Texts.ArrayOf()
        from names in Texts.ArrayOf()
        from value in Texts
        select new Derivation
        {
            Name = name,
            Outputs = ImmutableSortedDictionary
                .Create<string, DerivationOutput>(StringComparer.Ordinal)
                .Add("out", output),
            InputDerivations = paths.Distinct().ToImmutableSortedDictionary(path => path, _ => input),
            InputSources = [.. sources],
            Platform = ByteString.FromUtf8("x86_64-linux"),
            Builder = builder,
            Args = [.. args],
            Env = names.Distinct().ToImmutableSortedDictionary(text => text, _ => value),
        };

    [Fact]
    public void Parse_reads_what_Print_printed() =>
        Prop.ForAll(
                Derivations.ToArbitrary(),
                derivation =>
                {
                    var printed = DerivationPrinter.Print(Default, derivation);
                    var parsed = DerivationParser.Parse(Default, derivation.Name, printed);
                    return parsed.Equals(derivation) && DerivationPrinter.Print(Default, parsed).SequenceEqual(printed);
                }
            )
            .QuickCheckThrowOnFailure();
}
