#:project ../../Farm.Derivations/Farm.Derivations.csproj
// Sources, texts, two outputs, and a derivation that uses one of them.
using System.Runtime.CompilerServices;
using Farm.Derivations;
using Farm.Derivations.Building;
using Farm.Derivations.Objects;

// What git ignores in the directory is no input: a log in it rebuilds nothing.
var source = await Source.GitAsync(Path.Combine(Here(), "greeting"));
var names = TextFile.Create("names", "Ada\nGrace\n");

var greetings = Shell.Create(
    new()
    {
        Name = "greetings",
        Outputs = ["out", "doc"],
        Script = $"""
        mkdir -p $out $doc
        while read -r name; do
          sed "s/NAME/$name/" {source}/templates/greeting.txt > $out/$name.txt
        done < {names}
        cp {source}/README.md $doc/
        """,
    }
);

// The text has the output "doc" in its context, so that is an input, and the output "out" is not.
var manual = Shell.Create(new() { Name = "manual", Script = $"cat {greetings["doc"]}/README.md > $out" });

return await Instantiation.RunAsync(args, greetings, manual);

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
