using System.Collections.Immutable;

namespace Farm.Cli.Building;

/// <summary>One argument of <c>farm build</c>: a derivation and which of its outputs are wanted.</summary>
/// <remarks>Shape: <c>PATH.drv</c>, <c>PATH.drv^out,dev</c>, <c>PATH.drv!out,dev</c> or <c>PATH.drv^*</c>.</remarks>
public sealed class DerivationArgument
{
    private const string Extension = ".drv";

    private DerivationArgument(string path, ImmutableArray<string> outputs) => (Path, Outputs) = (path, outputs);

    /// <summary>The store path or file name as it was given, without the selection.</summary>
    public string Path { get; }

    /// <summary>The outputs asked for, in the order given and without repetition; empty when all are wanted.</summary>
    public ImmutableArray<string> Outputs { get; }

    /// <exception cref="CommandException">The text does not name a derivation, or the selection is malformed.</exception>
    public static DerivationArgument Parse(string text)
    {
        var (path, selection) = Split(text);
        if (!path.EndsWith(Extension, StringComparison.Ordinal) || path.Length == Extension.Length)
        {
            throw new CommandException(
                $"'{text}' does not name a derivation: give the path of a .drv file, for example the one that nix-instantiate prints."
            );
        }
        return new DerivationArgument(path, selection is null ? [] : ParseSelection(text, selection));
    }

    private static (string Path, string? Selection) Split(string text)
    {
        foreach (var mark in (ReadOnlySpan<char>)['^', '!'])
        {
            var at = text.LastIndexOf(Extension + mark, StringComparison.Ordinal);
            if (at >= 0)
            {
                return (text[..(at + Extension.Length)], text[(at + Extension.Length + 1)..]);
            }
        }
        return (text, null);
    }

    private static ImmutableArray<string> ParseSelection(string text, string selection)
    {
        if (selection == "*")
        {
            return [];
        }
        var names = selection.Split(',');
        foreach (var name in names)
        {
            if (name.Length == 0 || !name.All(IsNameCharacter))
            {
                throw new CommandException(
                    $"'{name}' in '{text}' is no output name: list names separated by commas, for example ^out,dev, or ^* for all."
                );
            }
        }
        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "+-._?=".Contains(c);
}
