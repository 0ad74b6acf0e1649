using System.Collections.Immutable;

namespace Farm.Cli.Nodes;

/// <summary>How this program starts itself as another process.</summary>
public static class OwnProgram
{
    /// <summary>The executable, and the arguments that come before the verb.</summary>
    /// <param name="processPath">The executable of this process: <c>farm</c>, or <c>dotnet</c> when that runs <c>farm.dll</c>.</param>
    /// <param name="baseDirectory">Where <c>farm.dll</c> is.</param>
    public static (string Program, ImmutableArray<string> Arguments) Find(string processPath, string baseDirectory) =>
        Path.GetFileNameWithoutExtension(processPath) == "dotnet"
            ? (processPath, [Path.Combine(baseDirectory, "farm.dll")])
            : (processPath, []);
}
