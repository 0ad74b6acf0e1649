namespace Farm.Tests.Conformance;

/// <summary>Scripts of builders that use Nix.</summary>
internal static class RecursiveNixCases
{
    /// <summary>Each must succeed; where something in it must fail, it says so.</summary>
    public static readonly IReadOnlyDictionary<string, string> Scripts = new Dictionary<string, string>
    {
        ["surroundings"] =
            "env | grep NIX_ | sort > $out; stat -c '%F %a %u %g' .nix-socket >> $out; ls -A >> $out; grep unix:///build $out",
        ["adding"] =
            "echo data > data; p=$(nix-store --add data); cat $p > $out; echo $p >> $out; nix-store -q --hash $p >> $out; "
            + "nix-store -q --size $p >> $out; ls /nix/store >> $out",
        ["adding-a-directory"] =
            "mkdir -p tree/below; echo x > tree/below/file; ln -s below/file tree/link; p=$(nix-store --add tree); cat $p/link > $out; echo $p >> $out",
        ["what-is-added-and-not-named"] = "echo data > data; p=$(nix-store --add data); test -e $p; echo no > $out",
        ["building"] = "cat $(nix-build $inner --no-out-link) > $out; test inner = $(cat $out)",
        ["building-a-chain"] =
            "p=$(nix-build $chain --no-out-link); cat $p > $out; echo $p >> $out; nix-store -q --requisites $p | sort >> $out; "
            + "nix-store -q --deriver $p >> $out",
        ["building-by-content"] =
            "p=$(nix-build $floating --no-out-link); cat $p > $out; nix-store -q --references $p >> $out; echo $p >> $out",
        ["building-fixed"] = "p=$(nix-build $fixed --no-out-link); test hello = $(cat $p); echo $p > $out",
        ["building-in-parallel"] =
            "for n in 1 2 3 4; do nix-build $many --argstr n $n --no-out-link > r$n & done; wait; cat r1 r2 r3 r4 > $out; test 4 = $(wc -l < $out)",
        ["building-the-same-in-parallel"] =
            "for n in 1 2 3 4; do nix-build $many --argstr n same --no-out-link > r$n & done; wait; cat r1 r2 r3 r4 > $out; test 4 = $(wc -l < $out)",
        ["building-inside-of-what-is-built-inside"] = "cat $(nix-build $nested --no-out-link) > $out",
        ["failing-inside"] = "nix-build $failing --no-out-link || echo $? > $out",
        ["refused-inside"] =
            "nix-build $open --no-out-link --option sandbox false || echo $? > $out; nix-build $inner --no-out-link; "
            + "nix-build $inner --check --no-out-link || echo $? >> $out",
        ["result-links"] = "nix-build $inner -o result; readlink result > $out; nix-store --gc --print-roots >> $out",
        ["all-that-is-there"] = "nix-store --add $inner; nix path-info --all | sort > $out; ls /nix/store >> $out",
        ["what-is-outside"] =
            "for q in --hash --references --deriver --referrers --outputs; do nix-store -q $q $secret || echo $q $? >> $out; done; "
            + "nix-store --check-validity $secret || echo $? >> $out; nix-store -r $secret || echo $? >> $out; nix-store --dump $secret || echo $? >> $out; "
            + "nix-store -q --referrers $inner >> $out; nix-store -q --deriver $inner >> $out; test ! -e $secret",
        ["upkeep"] =
            "nix-store --gc > r; cat r > $out; nix-store --optimise; nix-store --verify; "
            + "nix-store --gc --print-dead >> $out; nix-store --gc --print-live >> $out; nix-store --delete $inner; test -e $inner",
        ["importing-without-signatures"] =
            "echo x > x; p=$(nix-store --add x); nix-store --export $p > dump; nix-store --import < dump || echo $? > $out",
    };

    /// <summary>Derivations by the names of the scripts.</summary>
    public static string Expression { get; } =
        $$"""
            let
              plain = name: script: more: ''
                derivation { name = "${name}"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-euc" "${script}" ]; ${more} }
              '';
              files = rec {
                inner = builtins.toFile "inner.nix" (plain "inner" "echo inner > $out" "");
                chain = builtins.toFile "chain.nix" ''
                  let leaf = ${plain "leaf" "echo leaf > $out" ""}; in
                  ${plain "top" "read a < \${leaf}; echo $a \${leaf} > $out" ""}
                '';
                floating = builtins.toFile "floating.nix" (plain "floating" "echo floating > $out"
                  "__contentAddressed = true; outputHashMode = \"recursive\"; outputHashAlgo = \"sha256\";");
                fixed = builtins.toFile "fixed.nix" (plain "fixed" "printf hello > $out"
                  "outputHash = \"sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\"; outputHashMode = \"flat\"; outputHashAlgo = \"sha256\";");
                many = builtins.toFile "many.nix" "{ n }: ${plain "many" "echo many-$n > $out" "inherit n;"}";
                failing = builtins.toFile "failing.nix" (plain "failing" "exit 3" "");
                open = builtins.toFile "open.nix" (plain "open" "echo > $out" "__noChroot = true;");
                nested = builtins.toFile "nested.nix" (plain "nested" "cat $(nix-build $inner --no-out-link) > $out" ''
                  inner = builtins.storePath "${inner}"; requiredSystemFeatures = [ "recursive-nix" ];
                  PATH = "/usr/bin:/bin"; HOME = "/build"; NIX_CONFIG = "substituters =";
                '');
              };
              case = name: script: derivation (files // {
                inherit name; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-euc" script ];
                requiredSystemFeatures = [ "recursive-nix" ];
                secret = builtins.unsafeDiscardStringContext "${builtins.toFile "secret" "secret"}";
                PATH = "/usr/bin:/bin"; HOME = "/build";
                NIX_CONFIG = "experimental-features = nix-command ca-derivations\nsubstituters =";
              });
            in {
            {{string.Join('\n', Scripts.Select(one => $"  {one.Key} = case \"{one.Key}\" ''{one.Value}'';"))}}
            }
            """;
}
