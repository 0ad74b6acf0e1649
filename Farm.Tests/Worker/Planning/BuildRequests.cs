using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Planning;

/// <summary>Requests to vary from.</summary>
internal static class BuildRequests
{
    public static StorePath Output { get; } = StorePath.Parse("8f7619fpnfra1749229bx6r70jxc8mnw-sandbox-probe");

    public static BuildPlace Place { get; } = new("/scratch", new SandboxIds(872415232, 872415232));

    /// <summary>A build of <c>/bin/sh</c> with one output, <c>out</c>, and these variables.</summary>
    public static BuildRequest Plain(params (string Name, string Value)[] variables) =>
        new()
        {
            DrvPath = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-sandbox-probe.drv"),
            Name = "sandbox-probe",
            Outputs = [new RequestedOutput("out", Output)],
            InputPaths = [],
            Platform = "x86_64-linux",
            Builder = Text("/bin/sh"),
            Args = [Text("-c"), Text("true")],
            Env = Variables([
                ("builder", "/bin/sh"),
                ("name", "sandbox-probe"),
                ("out", $"/nix/store/{Output}"),
                ("system", "x86_64-linux"),
                .. variables,
            ]),
            Options = BuildOptions.None,
        };

    /// <summary>The same with a fixed output.</summary>
    public static BuildRequest Fixed(params (string Name, string Value)[] variables) =>
        Plain(variables) with
        {
            Outputs =
            [
                new RequestedOutput(
                    "out",
                    Output,
                    ContentAddress.Parse("fixed:sha256:0c60cxh5pq1xwwnkgqcxl1brm7n3kk5rxvcbx5glkz8vixcqbgrd")
                ),
            ],
        };

    public static ImmutableSortedDictionary<ByteString, ByteString> Variables(
        (string Name, string Value)[] variables
    ) => variables.ToImmutableSortedDictionary(variable => Text(variable.Name), variable => Text(variable.Value));

    public static ByteString Text(string text) => ByteString.FromUtf8(text);

    public static SandboxSpec Ready(BuildRequest request, SandboxSettings? settings = null)
    {
        var plan = SandboxPlan.For(request, [], settings ?? new SandboxSettings(), Place);
        return Assert.IsType<BuildPlan.Ready>(plan).Spec;
    }

    /// <summary>The environment as lines <c>NAME=value</c>.</summary>
    public static string[] Lines(SandboxSpec spec) =>
        [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")];
}
