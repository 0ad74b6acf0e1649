using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Tests.Conventions;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>The derivations of <c>troubles.nix</c>, instantiated by the real Nix into a store of its own.</summary>
internal sealed class TroubleExpression : IDisposable
{
    private static readonly string File = Path.Combine(SourceTree.Root, "Farm.Tests/EndToEnd/troubles.nix");

    private readonly RealNix _nix = new();

    /// <summary>Physical root of the store with the derivations.</summary>
    public string Root => _nix.Root;

    /// <param name="attribute">What of the expression.</param>
    /// <param name="arguments">Its arguments and their values.</param>
    public Task<ImmutableArray<StorePath>> InstantiateAsync(
        string attribute,
        CancellationToken ct,
        params (string Name, string Value)[] arguments
    ) =>
        _nix.InstantiateAsync(
            File,
            ["-A", attribute, .. arguments.SelectMany(given => new[] { "--argstr", given.Name, given.Value })],
            ct
        );

    public string Print(StorePath path) => _nix.StoreDir.Print(path);

    /// <summary>Where the file of a derivation is.</summary>
    public string Physical(StorePath path) => _nix.Physical(path);

    /// <summary>The outputs that the derivations say they have.</summary>
    public IReadOnlyList<StorePath> Outputs(IEnumerable<StorePath> drvs) =>
        [
            .. from drv in drvs
            let text = System.IO.File.ReadAllBytes(Physical(drv))
            from output in DerivationParser.Parse(_nix.StoreDir, drv, text).Outputs.Values
            select ((DerivationOutput.InputAddressed)output).Path,
        ];

    public void Dispose() => _nix.Dispose();
}
