using System.Globalization;
using Farm.Worker.Builtins;

namespace Farm.Worker.Planning;

/// <summary>A package of a user environment.</summary>
/// <param name="Priority">Of two packages with one file, that with the lower number has it.</param>
internal sealed record UserPackage(string Path, bool IsActive, int Priority)
{
    private static readonly char[] s_blanks = [' ', '\t', '\n', '\r'];

    /// <summary>Reads groups of <c>active priority number-of-paths path…</c>, divided by blanks.</summary>
    /// <remarks>Whatever is not <c>false</c> is active. Source: Nix's <c>builtinBuildenv</c>.</remarks>
    /// <exception cref="BuiltinException">A group is cut short, or a number is none.</exception>
    public static IReadOnlyList<UserPackage> Read(string derivations)
    {
        var words = new Queue<string>(derivations.Split(s_blanks, StringSplitOptions.RemoveEmptyEntries));
        var packages = new List<UserPackage>();
        while (words.Count > 0)
        {
            var isActive = words.Dequeue() != "false";
            var priority = Number();
            for (var paths = Number(); paths > 0; paths--)
                packages.Add(new(Next(), isActive, priority));
        }
        return packages;

        string Next() =>
            words.TryDequeue(out var word)
                ? word
                : throw new BuiltinException(
                    "the attribute 'derivations' ends within a group: active, priority, count, paths"
                );

        int Number() =>
            Next() is var word
            && int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new BuiltinException($"'{word}' in the attribute 'derivations' is no number");
    }
}
