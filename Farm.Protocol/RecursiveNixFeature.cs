namespace Farm.Protocol;

/// <summary>The system feature to build with Nix inside of a build, which a worker has where it is enabled.</summary>
public static class RecursiveNixFeature
{
    public const string Name = "recursive-nix";

    /// <summary>Half a sentence for a worker that has it not, and for a farm where no worker has.</summary>
    public const string WhyNot =
        "to build with Nix inside of a build, which is not enabled: set farm.sandbox.recursive-nix on a worker, or make what it needs its inputs";
}
