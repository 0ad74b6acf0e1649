#:project ../../Farm.Derivations/Farm.Derivations.csproj
// A derivation that somebody else made, as an input: dotnet run imported.cs -- /nix/store/….drv [--to ROOT]
using Farm.Derivations;
using Farm.Derivations.Building;

var foreign = await Derivation.ImportAsync(args[0]);

var report = Shell.Create(
    new()
    {
        Name = $"report-on-{foreign.Content.Name}",
        Script = $"""
        echo "{foreign.Content.Name}: {foreign.OutputNames.Count} output(s)" > $out
        wc -c < {foreign} >> $out
        """,
    }
);

return await Instantiation.RunAsync(args[1..], report);
