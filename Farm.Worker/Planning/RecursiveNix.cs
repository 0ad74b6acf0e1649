using Farm.Protocol;
using Farm.Store.Derivations;

namespace Farm.Worker.Planning;

/// <summary>What a derivation that asks for recursive Nix gets.</summary>
/// <remarks>Source: Nix's <c>LocalDerivationGoal::startDaemon</c>.</remarks>
internal static class RecursiveNix
{
    /// <summary>The variable that tells Nix where its daemon is.</summary>
    public const string Variable = "NIX_REMOTE";

    public static bool Is(DerivationOptions options) =>
        options.RequiredSystemFeatures.Contains(RecursiveNixFeature.Name);

    /// <summary>Half a sentence on why the settings do not allow it; null where it is not asked for, or they do.</summary>
    public static string? Refused(BuildRequest request, DerivationOptions options, SandboxSettings settings) =>
        !Is(options) ? null
        : !settings.HasRecursiveNix ? $"it requires '{RecursiveNixFeature.Name}', {RecursiveNixFeature.WhyNot}"
        : settings.FiltersSyscalls && !settings.HasSocketScope && request.HasNetwork()
            ? $"it requires '{RecursiveNixFeature.Name}' and has the host's network, and this kernel cannot keep it from other sockets: it takes Linux 6.12 with Landlock"
        : null;
}
