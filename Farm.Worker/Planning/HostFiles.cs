using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Planning;

/// <summary>Files of the host that a derivation asks to see by <c>__impureHostDeps</c>.</summary>
/// <remarks>Paths are compared as texts, without following a link, so that nothing is told of what the builder may not read.</remarks>
internal static class HostFiles
{
    /// <returns>The first path that the worker does not allow; null when all are allowed.</returns>
    public static string? Refused(DerivationOptions options, SandboxSettings settings) =>
        options.ImpureHostDeps.FirstOrDefault(path =>
            !path.StartsWith('/')
            || !settings.AllowedHostFiles.Any(allowed => IsWithin(Path.GetFullPath(path), allowed))
        );

    /// <summary>What is shown of them; what the host lacks is left out.</summary>
    public static ImmutableArray<SandboxBind> Binds(DerivationOptions options) =>
        [
            .. options
                .ImpureHostDeps.Select(Path.GetFullPath)
                .Distinct(StringComparer.Ordinal)
                .Select(path => new SandboxBind(path, path) { IsOptional = true }),
        ];

    private static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith($"{directory}/", StringComparison.Ordinal);
}
