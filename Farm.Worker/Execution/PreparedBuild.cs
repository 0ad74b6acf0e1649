using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Worker.Planning;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Execution;

/// <summary>An assignment with what was read of it and of its inputs.</summary>
internal sealed record PreparedBuild(BuildAssignment Assignment, DerivationOptions Options, InputGraph Graph)
{
    public BuildRequest Request => Assignment.Request;

    public ImmutableArray<StorePath> Inputs { get; } = [.. Assignment.Inputs.Select(input => input.Path)];

    /// <summary>What the outputs are registered from, in the order of the request.</summary>
    public BuiltOutput[] Outputs(SandboxSpec spec) =>
        [
            .. Request.Outputs.Select(output => new BuiltOutput(
                output.Path,
                spec.OutputPath(output.Path),
                output.ContentAddress
            )
            {
                Floating = output.Floating,
                HadNetwork = Request.HasNetwork(),
                Owner = spec.IsUnconfined && Environment.IsPrivilegedProcess ? spec.Ids.HostUid : null,
                DiscardsReferences = Options.UnsafeDiscardReferences.Contains(output.Name),
            }),
        ];

    /// <summary>Why the derivation's own rules refuse these outputs, in the order of the request; null when they do not.</summary>
    public string? Judge(IReadOnlyList<PathInfo> infos, StoreDir storeDir)
    {
        var made = Request
            .Outputs.Zip(infos)
            .ToImmutableSortedDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
        return new OutputRules(Options, made, Graph.Paths, storeDir).Problem();
    }
}
