#:project ../../Farm.Derivations/Farm.Derivations.csproj
using Farm.Derivations;

var hello = Derivation.Create(
    new()
    {
        Name = "hello",
        Builder = "/bin/sh",
        Args = ["-c", "echo hello > $out"],
    }
);
return await Instantiation.RunAsync(args, hello);
