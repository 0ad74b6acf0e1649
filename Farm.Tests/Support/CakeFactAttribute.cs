using Farm.Tests.Conventions;

namespace Farm.Tests.Support;

/// <summary>A test that runs Cake scripts with the packed add-in, on a farm of processes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CakeFactAttribute : FactAttribute
{
    public CakeFactAttribute()
    {
        Skip = new FarmProcessFactAttribute().Skip;
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FARM_PROGRAM")))
        {
            Skip ??= "FARM_PROGRAM does not name a published program; ./build.sh test does all that is needed.";
        }
        if (!Directory.Exists(Packages) || Directory.GetFiles(Packages, "Cake.Farm.*.nupkg").Length == 0)
        {
            Skip ??= $"There is no package Cake.Farm in '{Packages}'; ./build.sh pack makes it.";
        }
    }

    /// <summary>Where the package is made.</summary>
    public static string Packages { get; } = Path.Combine(SourceTree.Root, "artifacts/packages");
}
