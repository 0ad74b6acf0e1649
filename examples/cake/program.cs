#:package Cake.Farm@0.1.0
#:property PublishAot=false
// Cake without a script: a C# program with tasks and all aliases.
return await CakeProgram.RunAsync(
    args,
    async cake =>
    {
        var hello = cake.Context.FarmDerivation(
            new()
            {
                Name = "hello",
                Builder = "/bin/sh",
                Args = ["-c", "echo hello > $out"],
            }
        );
        var failing = cake.Context.FarmDerivation(
            new()
            {
                Name = "failing",
                Builder = "/bin/sh",
                Args = ["-c", "echo why it failed; exit 3"],
            }
        );

        cake.Task("build").Does(context => context.Information("built {0}", context.FarmBuild(hello)["out"]));
        cake.Task("fail").IsDependentOn("build").Does(context => context.FarmBuild(failing));

        await cake.RunTargetAsync(cake.Context.Argument("target", "build"));
    }
);
