using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Fuzz.Targets;

/// <summary>Makes texts of derivations.</summary>
internal static class DerivationGrammar
{
    private static readonly string[] s_outputs = ["out", "dev", "lib"];

    private static readonly (string Name, string[] Values)[] s_variables =
    [
        ("__json", ["{}", """{"a":[1,2.5,null,"x"]}""", """{"outputChecks":{"out":{"maxSize":1}}}""", "[]", "{"]),
        ("__structuredAttrs", ["1", ""]),
        ("allowedReferences", ["", "out", "out dev"]),
        ("disallowedRequisites", ["/nix/store/x"]),
        ("exportReferencesGraph", ["graph /nix/store/x", "graph"]),
        ("impureEnvVars", ["http_proxy"]),
        ("name", ["fuzz", "a\\\"b\\\\c\\n\\t"]),
        ("outputs", ["out", "out dev"]),
        ("passAsFile", ["name"]),
        ("preferLocalBuild", ["1"]),
        ("requiredSystemFeatures", ["kvm big-parallel"]),
    ];

    public static byte[] Make(Random random, StoreDir storeDir)
    {
        const string name = "fuzz";
        var isDynamic = random.Next(6) == 0;
        var text = new StringBuilder(name + "\n");
        text.Append(isDynamic ? "DrvWithVersion(\"xp-dyn-drv\"," : "Derive(");
        List(text, s_outputs.Take(1 + random.Next(3)), output => Output(text, random, storeDir, name, output));
        text.Append(',');
        List(
            text,
            Paths(random, storeDir),
            path =>
            {
                text.Append($"(\"{path}\",");
                Input(text, random, isDynamic ? 1 + random.Next(3) : 0);
                text.Append(')');
            }
        );
        text.Append(',');
        List(text, Paths(random, storeDir), path => text.Append($"\"{path}\""));
        text.Append(",\"x86_64-linux\",\"/bin/sh\",");
        List(text, Enumerable.Range(0, random.Next(4)), at => text.Append($"\"-{at}\\n\""));
        text.Append(',');
        List(
            text,
            s_variables.Where(_ => random.Next(3) == 0),
            variable => text.Append($"(\"{variable.Name}\",\"{Escape(Words.Pick(random, variable.Values))}\")")
        );
        return Encoding.UTF8.GetBytes(text.Append(')').ToString());
    }

    private static void Output(StringBuilder text, Random random, StoreDir storeDir, string name, string output)
    {
        var (path, how, hash) = (storeDir.Print(Words.Path(random)), "", "");
        switch (random.Next(5))
        {
            case 0:
                var digest = Hash.Compute(HashAlgorithm.Sha256, [(byte)random.Next(3)]);
                var address = ContentAddress.Create(ContentAddressMethod.Nar, digest);
                var full = StorePathMaker.OutputName(StorePathName.Parse(name), output);
                (path, how) = (storeDir.Print(StorePathMaker.Fixed(storeDir, full, address)), "r:sha256");
                hash = digest.Encode(Words.Pick(random, HashFormat.Base16, HashFormat.Nix32, HashFormat.Base64));
                break;
            case 1:
                (path, how) = ("", Words.Pick(random, "r:sha256", "sha1", "text:sha256"));
                break;
            case 2:
                (path, how, hash) = ("", "r:sha256", "impure");
                break;
            case 3:
                path = "";
                break;
        }
        text.Append($"(\"{output}\",\"{path}\",\"{how}\",\"{hash}\")");
    }

    private static void Input(StringBuilder text, Random random, int depth)
    {
        var names = s_outputs.Take(1 + random.Next(2));
        if (depth == 0)
        {
            List(text, names, output => text.Append($"\"{output}\""));
            return;
        }
        text.Append('(');
        List(text, names, output => text.Append($"\"{output}\""));
        text.Append(",[(\"out\",");
        Input(text, random, depth - 1);
        text.Append(")])");
    }

    private static IEnumerable<string> Paths(Random random, StoreDir storeDir) =>
        Enumerable.Range(0, random.Next(4)).Select(_ => Words.Path(random)).Distinct().Order().Select(storeDir.Print);

    private static void List<T>(StringBuilder text, IEnumerable<T> items, Action<T> print)
    {
        text.Append('[');
        var isFirst = true;
        foreach (var item in items.ToArray())
        {
            if (!isFirst)
                text.Append(',');
            isFirst = false;
            print(item);
        }
        text.Append(']');
    }

    private static string Escape(string json) =>
        json.StartsWith('{') || json.StartsWith('[') ? json.Replace("\"", "\\\"", StringComparison.Ordinal) : json;
}
