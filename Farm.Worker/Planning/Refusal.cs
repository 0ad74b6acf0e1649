using Farm.Protocol;
using Farm.Store.Derivations;

namespace Farm.Worker.Planning;

/// <summary>Tells what of a derivation this worker cannot honour, or is set not to. Nothing that changes a result is ignored.</summary>
internal static class Refusal
{
    /// <returns>Why the request is refused; null when it is not.</returns>
    public static string? Of(BuildRequest request, DerivationOptions options, SandboxSettings settings)
    {
        if (options.WantsNoSandbox && settings.Mode == SandboxMode.On)
            return Because(request, "it has '__noChroot' set, which is not allowed while farm.sandbox.sandbox is 'on'");
        if (HostFiles.Refused(options, settings) is { } path)
            return Because(
                request,
                $"'__impureHostDeps' asks for '{path}', which is not in farm.sandbox.allowed-impure-host-deps"
            );
        if (RecursiveNix.Refused(request, options, settings) is { } notRecursive)
            return Because(request, notRecursive);
        return UnofferedFeatures.First(options.RequiredSystemFeatures) is var (feature, why)
            ? Because(request, $"it requires '{feature}', {why}")
            : null;
    }

    private static string Because(BuildRequest request, string reason) =>
        $"'{request.DrvPath}' cannot be built here: {reason}.";
}
