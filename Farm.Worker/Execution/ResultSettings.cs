using Farm.Worker.Running;

namespace Farm.Worker.Execution;

/// <summary>What is done with what builders leave; by the names of Nix's settings.</summary>
/// <param name="KeepsFailed">Keep the build directory of every builder that fails (<c>keep-failed</c>).</param>
/// <param name="PostBuildHook">A program to run after each build; null for none.</param>
/// <param name="DiffHook">A program to run when a build comes out otherwise than before; null for none.</param>
public sealed record ResultSettings(bool KeepsFailed = false, string? PostBuildHook = null, string? DiffHook = null)
{
    public static ResultSettings Default { get; } = new();

    /// <summary>Reads the settings below <c>farm.sandbox</c>.</summary>
    /// <exception cref="ConfigurationException">A value is malformed; the message names its key.</exception>
    public static ResultSettings From(Config config) =>
        new(
            config.GetBoolean($"{SandboxConfig.Section}.keep-failed"),
            Program(config, "post-build-hook"),
            config.GetBoolean($"{SandboxConfig.Section}.run-diff-hook") ? Program(config, "diff-hook") : null
        );

    private static string? Program(Config config, string key) =>
        config.GetString($"{SandboxConfig.Section}.{key}", "") switch
        {
            null or "" => null,
            var path when path.StartsWith('/') => path,
            var path => throw new ConfigurationException(
                $"{SandboxConfig.Section}.{key}: '{path}' must be the absolute path of a program."
            ),
        };
}
