namespace Cake.Farm;

/// <summary>A build that succeeded.</summary>
/// <param name="Build">Its number at the coordinator.</param>
/// <param name="Steps">How many derivations it had, those that were valid before included.</param>
/// <param name="Duration">From submission to end; zero where there was nothing to do.</param>
/// <param name="Outputs">Those that were wanted, in the order of the derivations given.</param>
public sealed record FarmBuildResult(long Build, int Steps, TimeSpan Duration, IReadOnlyList<FarmOutput> Outputs)
{
    /// <summary>The path of the output <paramref name="name"/>, where one derivation alone has such an output.</summary>
    /// <exception cref="InvalidOperationException">None or several have.</exception>
    public string this[string name] => Outputs.Single(output => output.Name == name).Path;
}
