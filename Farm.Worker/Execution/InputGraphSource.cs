using System.Collections.Immutable;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Worker.Planning;

namespace Farm.Worker.Execution;

/// <summary>Reads what a build needs to know of its inputs, where it asks.</summary>
internal sealed class InputGraphSource(LocalStore store)
{
    /// <exception cref="NixFormatException">An attribute, or a derivation among the inputs, is malformed.</exception>
    public async Task<PreparedBuild> PrepareAsync(BuildAssignment assignment, CancellationToken ct)
    {
        var build = new PreparedBuild(assignment, RequestOptions.Of(assignment.Request), InputGraph.Empty);
        var (options, names) = (build.Options, build.Request.Outputs.Select(output => output.Name));
        return options.ExportReferencesGraph.IsEmpty && !OutputRules.Any(options, names)
            ? build
            : build with
            {
                Graph = await ReadAsync(build, ct).ConfigureAwait(false),
            };
    }

    private async Task<InputGraph> ReadAsync(PreparedBuild build, CancellationToken ct)
    {
        var paths = await store.GraphAsync(build.Inputs, ct).ConfigureAwait(false);
        var outputs = ImmutableDictionary.CreateBuilder<StorePath, ImmutableArray<StorePath?>>();
        var isExported = !build.Options.ExportReferencesGraph.IsEmpty;
        foreach (var path in build.Inputs.Where(path => isExported && path.IsDerivation))
        {
            var text = await File.ReadAllBytesAsync(store.Layout.ToPhysical(path), ct).ConfigureAwait(false);
            var derivation = DerivationParser.Parse(store.StoreDir, path, text);
            outputs[path] = [.. derivation.Outputs.Values.Select(output => output.KnownPath)];
        }
        return new InputGraph(paths, outputs.ToImmutable());
    }
}
