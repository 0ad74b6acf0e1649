using System.Collections.Immutable;

namespace Farm.Cli.Building;

/// <summary>Which symbolic link <c>farm build</c> makes for which output.</summary>
/// <remarks>Named as <c>nix-build</c> does: the derivations are numbered in the order given, the first without a number;
/// every output but <c>out</c> adds its name: <c>result</c>, <c>result-dev</c>, <c>result-2</c>, <c>result-2-doc</c>.</remarks>
public static class OutLinkNames
{
    /// <param name="prefix">The first link's name, a path.</param>
    /// <param name="wanted">For each distinct derivation the outputs wanted.</param>
    /// <returns>For each derivation, in the same order, output name and link name.</returns>
    public static ImmutableArray<ImmutableArray<(string Output, string Link)>> For(
        string prefix,
        IReadOnlyList<IReadOnlyList<string>> wanted
    ) =>
        [
            .. wanted.Select(
                (outputs, index) => outputs.Select(output => (output, Name(prefix, index, output))).ToImmutableArray()
            ),
        ];

    private static string Name(string prefix, int index, string output)
    {
        var numbered = index == 0 ? prefix : $"{prefix}-{index + 1}";
        return output == "out" ? numbered : $"{numbered}-{output}";
    }
}
