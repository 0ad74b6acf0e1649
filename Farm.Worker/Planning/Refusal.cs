using Farm.Protocol;
using Farm.Store.Derivations;

namespace Farm.Worker.Planning;

/// <summary>Tells what of a derivation this worker cannot honour. Nothing that changes a result is ignored.</summary>
internal static class Refusal
{
    private static readonly string[] UnknownFeatures = ["recursive-nix", "builder-rpc-v0", "uid-range"];

    /// <returns>Why the request is refused; null when it is not.</returns>
    public static string? Of(BuildRequest request, DerivationOptions options)
    {
        if (request.Builder.Span.StartsWith("builtin:"u8))
            return Because(request, $"its builder '{request.Builder}' is built into Nix");
        if (options.WantsNoSandbox)
            return Because(request, "'__noChroot' asks to build without a sandbox");
        if (!options.ExportReferencesGraph.IsEmpty)
            return Because(request, "'exportReferencesGraph' is not supported");
        if (!options.ImpureHostDeps.IsEmpty)
            return Because(request, "'__impureHostDeps' asks for files of the host");
        if (!options.UnsafeDiscardReferences.IsEmpty)
            return Because(request, "'unsafeDiscardReferences' is not supported");
        if (request.Outputs.FirstOrDefault(output => !options.ChecksOf(output.Name).IsEmpty) is { } output)
            return Because(
                request,
                $"output '{output.Name}' has checks of its references or size (allowedReferences and others)"
            );
        return options.RequiredSystemFeatures.FirstOrDefault(feature => UnknownFeatures.Contains(feature)) is { } asked
            ? Because(request, $"the feature '{asked}' is not supported")
            : null;
    }

    private static string Because(BuildRequest request, string reason) =>
        $"'{request.DrvPath}' cannot be built here: {reason}.";
}
