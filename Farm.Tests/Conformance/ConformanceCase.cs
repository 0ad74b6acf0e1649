using Farm.Tests.Support;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Conformance;

/// <summary>One derivation that Nix and Farm must bring to the same end.</summary>
/// <param name="Name">Name of the case, and of the derivation that <c>sh</c> makes.</param>
/// <param name="Expression">A derivation in Nix's language. In scope is all of <c>prelude.nix</c>, and <c>sh attributes
/// script</c>, which runs the script with these attributes besides.</param>
/// <param name="Ending">What both must come to.</param>
public sealed record ConformanceCase(string Name, string Expression, Ending Ending = Ending.Built)
{
    /// <summary>Settings of Nix's for this case, as arguments.</summary>
    public string[] NixOptions { get; init; } = [];

    /// <summary>Whether Nix needs its experimental features for content-addressed and impure derivations.</summary>
    public bool HasExperiments { get; init; }

    /// <summary>Whether an impure derivation is asked for, whose outputs Nix tells in another way.</summary>
    public bool IsImpure { get; init; }

    /// <summary>Nix 2.8 does not know <c>unsafeDiscardReferences</c>: Farm comes to the same, but records no references.</summary>
    public bool DiscardsReferences { get; init; }

    /// <summary>The same for Farm.</summary>
    public SandboxSettings Settings { get; init; } =
        new()
        {
            SandboxPaths = [new SandboxBind("/bin/sh", SandboxFactAttribute.Busybox)],
            Cores = NixSide.Cores,
            HostEnvironment = NixSide.HostEnvironment,
        };

    public override string ToString() => Name;
}
