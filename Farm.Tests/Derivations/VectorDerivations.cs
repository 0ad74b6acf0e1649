using Farm.Derivations;
using Farm.Derivations.Objects;

namespace Farm.Tests.Derivations;

/// <summary>The derivations of the vectors once more, in C#; the same attributes as in the expression that real Nix evaluated.</summary>
internal static class VectorDerivations
{
    private const string Sha256OfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private static readonly DerivationSettings Settings = new() { System = "x86_64-linux" };

    /// <summary>All of them.</summary>
    /// <param name="file">The file <c>src.txt</c>.</param>
    /// <param name="tree">The directory <c>srcdir</c>.</param>
    public static IEnumerable<Derivation> All(Source file, Source tree)
    {
        var simple = Make("simple", "echo hello > $out");
        var multi = Make(
            "multi-1.0",
            "echo $lib > $out; echo $out $lib > $dev; echo lib > $lib",
            new() { ["outputs"] = ["out", "dev", "lib"] }
        );
        var fodFlat = FodFlat("printf hello > $out", []);
        var fodFlatB = FodFlat("printf hello > $out; exit 0", new() { ["mirror"] = "other" });
        var midA = Make("mid", "cat $a > $out", new() { ["a"] = fodFlat });
        var midB = Make("mid", "cat $a > $out", new() { ["a"] = fodFlatB });
        var (mmA, mmB) = (Mm(fodFlat), Mm(fodFlatB));
        var dep = Dep(fodFlat, simple, multi);
        var note = TextFile.Create("note.txt", "plain text");
        var textRef = TextFile.Create("ref.txt", $"see {file} and {note}\n");
        var caFloat = Make("ca-float", "echo ca > $out", Floating());
        var caMulti = Make(
            "ca-multi",
            "echo $out > $dev; echo $out x > $out",
            Floating().Update(new() { ["outputs"] = ["out", "dev"] })
        );
        var caDep = Make("ca-dep", "cat $x $y > $out", new() { ["x"] = caFloat, ["y"] = caMulti.Dev });
        return
        [
            simple,
            multi,
            Make("no-out", "echo b > $bin; echo d > $doc", new() { ["outputs"] = ["bin", "doc"] }),
            fodFlat,
            fodFlatB,
            Fod("fod-nar", "sha256", "recursive", "sha256-CkMIecJm+LV/QJKg+TXPP6zUi7zN5XYNR0jKQFFx6Wk="),
            Fod("fod-sha1", "sha1", "flat", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
            Fod("fod-sha1-rec", "sha1", "recursive", "5144612b23081da49ab008bd0b73960b6a2b7fe9"),
            Fod("fod-md5", "md5", null, "5d41402abc4b2a76b9719d911017c592"),
            Fod(
                "fod-sha512",
                "sha512",
                "flat",
                "sha512-m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw=="
            ),
            dep,
            Dep(fodFlatB, simple, multi),
            midA,
            midB,
            Make("joined", "cat $x $y > $out", new() { ["x"] = midA, ["y"] = midB }),
            mmA,
            mmB,
            Make("joined-outputs", "cat $x $y > $out", new() { ["x"] = mmA.Out, ["y"] = mmB["two"] }),
            Structured(
                "structured",
                ". ./.attrs.sh; o=${outputs[out]}; /bin/mkdir $o; /bin/cat .attrs.sh > $o/attrs.sh; /bin/cat .attrs.json > $o/attrs.json; export > $o/env",
                AllKinds(simple, file)
            ),
            Structured(
                "structured-multi",
                ". ./.attrs.sh; /bin/cat .attrs.sh > ${outputs[out]}; /bin/cat .attrs.json > ${outputs[dev]}",
                AllKinds(simple, file).Update(new() { ["outputs"] = ["out", "dev"] })
            ),
            Structured(
                "structured-graph",
                ". ./.attrs.sh; /bin/cat .attrs.json > ${outputs[out]}",
                new() { ["exportReferencesGraph"] = new AttributeSet { ["closure"] = [dep] } }
            ),
            Make("export-graph", "cat graph > $out", new() { ["exportReferencesGraph"] = ["graph", dep] }),
            Make(
                "pass-file",
                "cat $bigPath > $out; echo $bigPath >> $out",
                new()
                {
                    ["big"] = "contents of big\n",
                    ["small"] = "s",
                    ["passAsFile"] = ["big"],
                }
            ),
            Escapes(),
            Make(
                "with-src",
                "cat $src > $out",
                new()
                {
                    ["src"] = file,
                    ["dir"] = tree,
                    ["txt"] = note,
                }
            ),
            Make("with-text-ref", "cat $t > $out", new() { ["t"] = textRef }),
            Make(
                "checks",
                "echo $simple > $out; echo > $aux",
                new()
                {
                    ["outputs"] = ["out", "aux"],
                    ["simple"] = simple,
                    ["allowedReferences"] = ["out", simple],
                    ["disallowedReferences"] = [multi.Dev],
                    ["allowedRequisites"] = [simple, "aux", "out"],
                }
            ),
            Structured(
                "struct-checks",
                ". ./.attrs.sh; echo > ${outputs[out]}",
                new()
                {
                    ["outputChecks"] = new AttributeSet
                    {
                        ["out"] = new AttributeSet
                        {
                            ["allowedReferences"] = [],
                            ["maxSize"] = 1024,
                            ["maxClosureSize"] = 2048,
                            ["disallowedRequisites"] = [simple],
                        },
                    },
                    ["unsafeDiscardReferences"] = new AttributeSet { ["out"] = true },
                }
            ),
            Fetched(),
            UserEnvironment(tree),
            Simple2(),
            Make("A+b-c.d_e?f=g", "echo > $out"),
            Make(string.Concat(Enumerable.Repeat("abcdefghij", 21))[..207], "echo > $out"),
            Make(
                "placeholder-use",
                "echo $flags > $out; echo > $man",
                new()
                {
                    ["outputs"] = ["out", "man"],
                    ["flags"] = $"--prefix={Derivation.PlaceholderOf("out")} --man={Derivation.PlaceholderOf("man")}",
                }
            ),
            Make("drv-deep", "echo $d > $out", new() { ["d"] = dep.DrvPath }),
            Make("drv-shallow", "echo $d > $out", new() { ["d"] = simple.DrvPath.UnsafeDiscardOutputDependency() }),
            Make("self-ref", "echo $out > $out"),
            caFloat,
            caMulti,
            caDep,
            Make("ca-dep-dep", "cat $x > $out", new() { ["x"] = caDep }),
            Make("ca-on-ca", "cat $x > $out", Floating().Update(new() { ["x"] = caFloat })),
            Make("impure", "echo i > $out", Impure("recursive", "sha256")),
            Make("impure-flat", "echo i > $out", Impure("flat", "sha1")),
            Make(
                "ignore-nulls",
                "echo > $out",
                new()
                {
                    ["__ignoreNulls"] = true,
                    ["n"] = null,
                    ["v"] = "x",
                }
            ),
        ];
    }

    private static Derivation Make(string name, string script, AttributeSet? attributes = null) =>
        Derivation.Create(
            new()
            {
                Name = name,
                Builder = "/bin/sh",
                Args = ["-c", script],
                Attributes = attributes ?? [],
            },
            Settings
        );

    private static Derivation Structured(string name, string script, AttributeSet attributes) =>
        Derivation.Create(
            new()
            {
                Name = name,
                Builder = "/bin/sh",
                Args = ["-c", script],
                StructuredAttributes = true,
                Attributes = attributes,
            },
            Settings
        );

    private static Derivation Fod(string name, string algorithm, string? mode, string hash) =>
        Derivation.Create(
            new()
            {
                Name = name,
                Builder = "/bin/sh",
                Args = ["-c", "printf hello > $out"],
                Addressing = new OutputAddressing.Fixed(hash, mode, algorithm),
            },
            Settings
        );

    private static Derivation FodFlat(string script, AttributeSet attributes) =>
        Derivation.Create(
            new()
            {
                Name = "fod-flat",
                Builder = "/bin/sh",
                Args = ["-c", script],
                Addressing = new OutputAddressing.Fixed(Sha256OfHello, "flat", "sha256"),
                Attributes = attributes,
            },
            Settings
        );

    private static Derivation Dep(Derivation fod, Derivation simple, Derivation multi) =>
        Make(
            "dep",
            "cat $a $b $c > $out",
            new()
            {
                ["a"] = fod,
                ["b"] = simple,
                ["c"] = multi.Dev,
            }
        );

    private static Derivation Mm(Derivation fod) =>
        Make("mm", "cat $a > $out; echo 2 > $two", new() { ["outputs"] = ["out", "two"], ["a"] = fod });

    private static AttributeSet Floating() =>
        new()
        {
            ["__contentAddressed"] = true,
            ["outputHashMode"] = "recursive",
            ["outputHashAlgo"] = "sha256",
        };

    private static AttributeSet Impure(string mode, string algorithm) =>
        new()
        {
            ["__impure"] = true,
            ["outputHashMode"] = mode,
            ["outputHashAlgo"] = algorithm,
        };

    private static AttributeSet AllKinds(Derivation simple, Source file) =>
        new()
        {
            ["anInt"] = 42,
            ["negInt"] = -7,
            ["bigInt"] = 9007199254740993,
            ["aFloat"] = 1.5,
            ["wholeFloat"] = 2.0,
            ["smallFloat"] = 0.1,
            ["aBool"] = true,
            ["falseBool"] = false,
            ["aNull"] = null,
            ["aList"] = [1, "two", true],
            ["emptyList"] = [],
            ["aSet"] = new AttributeSet { ["b"] = 1, ["a"] = "x y" },
            ["nested"] = new AttributeSet
            {
                ["l"] =
                [
                    [1],
                    [2],
                ],
            },
            ["uni"] = "héllo ☃ 𝄞",
            ["with-dash"] = "skip",
            ["weird key"] = 1,
            ["quote"] = "it's \"quoted\" \\ $HOME `x`\nnewline\ttab",
            ["ref"] = simple,
            ["srcRef"] = file,
            ["emptySet"] = new AttributeSet(),
        };

    private static Derivation Escapes() =>
        Derivation.Create(
            new()
            {
                Name = "escapes",
                Builder = "/bin/sh",
                Args = ["-c", "echo \"q\" > $out", "tab\there", "nl\nhere", "cr\rhere", "bs\\here", ""],
                Attributes = new()
                {
                    ["e1"] = "a\"b\\c\nd\re\tf",
                    ["e2"] = "${dollar} $x",
                    ["uni"] = "héllo ☃ 𝄞",
                    ["empty"] = "",
                    ["bool"] = true,
                    ["nobool"] = false,
                    ["num"] = 12,
                    ["list"] = ["a", 1, true, NixValue.Null, "b c"],
                    ["nul"] = null,
                },
            },
            Settings
        );

    private static Derivation Fetched() =>
        Derivation.Create(
            new()
            {
                Name = "fetched",
                Builder = "builtin:fetchurl",
                System = "builtin",
                Addressing = new OutputAddressing.Fixed(Sha256OfHello, "flat", "sha256"),
                Attributes = new()
                {
                    ["url"] = "file:///tmp/hello",
                    ["urls"] = ["file:///tmp/hello"],
                    ["executable"] = false,
                    ["unpack"] = false,
                    ["preferLocalBuild"] = true,
                    ["impureEnvVars"] = ["http_proxy", "https_proxy"],
                },
            }
        );

    private static Derivation UserEnvironment(Source tree) =>
        Derivation.Create(
            new()
            {
                Name = "user-env",
                Builder = "builtin:buildenv",
                System = "builtin",
                Attributes = new()
                {
                    ["manifest"] = TextFile.Create("manifest.nix", "[ ]"),
                    ["derivations"] = ["true", 5, 1, tree, "true", 5, 1, Simple2()],
                },
            }
        );

    private static Derivation Simple2() => Make("simple2", "mkdir -p $out/bin; echo x > $out/bin/x");
}
