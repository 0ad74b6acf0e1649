namespace Farm.Benchmarks.Measuring;

/// <summary>The published program.</summary>
public static class FarmProgram
{
    private const string Variable = "FARM_PROGRAM";
    private const string Published = "artifacts/bin/farm";

    /// <summary>Its full path: as <c>FARM_PROGRAM</c> says, else where <c>./build.sh publish</c> puts it. Null where it is not there.</summary>
    public static string? TryFind()
    {
        var path = Path.GetFullPath(
            Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Published
        );
        return File.Exists(path) ? path : null;
    }

    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string Find() =>
        TryFind()
        ?? throw new FileNotFoundException(
            $"The program farm is not published: run ./build.sh publish, or name it by {Variable}."
        );
}
