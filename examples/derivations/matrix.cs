#:project ../../Farm.Derivations/Farm.Derivations.csproj
// The same program for every combination of two lists, each tested, and one derivation with all artefacts and a table.
using Farm.Derivations;
using Farm.Derivations.Building;

string[] languages = ["en", "de", "fr"];
string[] styles = ["plain", "loud"];

var built =
    from language in languages
    from style in styles
    let program = Program(language, style)
    select (Key: $"{language}-{style}", Program: program, Test: Test(language, style, program));
var matrix = built.ToArray();

var artefacts = Shell.Create(
    new()
    {
        Name = "artefacts",
        Script = $"""
        mkdir -p $out/programs
        {NixString.Join("\n", matrix.Select(cell => (NixString)$"cp {cell.Program} $out/programs/{cell.Key}"))}
        {NixString.Join(
            "\n",
            matrix.Select(cell => (NixString)$"echo '{cell.Key}' \"$(cat {cell.Test})\" >> $out/table")
        )}
        """,
    }
);

return await Instantiation.RunAsync(args, artefacts);

static Derivation Program(string language, string style)
{
    var greeting = language switch
    {
        "de" => "Hallo",
        "fr" => "Salut",
        _ => "Hello",
    };
    return Shell.Create(
        new()
        {
            Name = $"greet-{language}-{style}",
            Attributes = new() { ["greeting"] = style == "loud" ? $"{greeting}!" : greeting },
            Script = """
            echo '#!/bin/sh' > $out
            echo "echo '$greeting'" >> $out
            chmod +x $out
            """,
        }
    );
}

static Derivation Test(string language, string style, Derivation program) =>
    Shell.Create(
        new()
        {
            Name = $"test-{language}-{style}",
            Script = $"""
            {program} > said
            test -s said
            echo passed > $out
            """,
        }
    );
