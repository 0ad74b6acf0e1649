using System.Text;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Dependencies;

/// <summary>A dependency tree for people, drawn as <c>nix why-depends</c> draws it.</summary>
internal sealed class DependencyText(DependencyTree tree, StoreDir storeDir, bool hasColour)
{
    private const string Branch = "├───";
    private const string LastBranch = "└───";
    private const string Line = "│   ";
    private const string Nothing = "    ";
    private const string Grey = "\e[38;5;244m";
    private const string Green = "\e[32;1m";
    private const string Blue = "\e[34;1m";
    private const string Normal = "\e[0m";

    /// <summary>Paths alone. A path is followed once.</summary>
    public string Plain()
    {
        var text = new StringBuilder().Append(storeDir.Print(tree.Package)).Append('\n');
        if (tree.Package != tree.Dependency)
        {
            Below(text, tree.Package, "");
        }
        return $"{text}";
    }

    /// <summary>With the files that refer to the next path.</summary>
    public async Task<string> PreciseAsync(ReferenceFinder finder, CancellationToken ct)
    {
        var text = new StringBuilder();
        await NodeAsync(text, finder, tree.Package, "", ct).ConfigureAwait(false);
        return $"{text}";
    }

    private void Below(StringBuilder text, StorePath path, string before)
    {
        if (tree.WasShown(path))
        {
            return;
        }
        var next = tree.Next(path);
        for (var i = 0; i < next.Count; i++)
        {
            var isLast = i == next.Count - 1;
            text.Append(before).Append(isLast ? LastBranch : Branch).Append(storeDir.Print(next[i])).Append('\n');
            Below(text, next[i], before + (isLast ? Nothing : Line));
        }
    }

    private async Task NodeAsync(
        StringBuilder text,
        ReferenceFinder finder,
        StorePath path,
        string before,
        CancellationToken ct
    )
    {
        var wasShown = tree.WasShown(path);
        text.Append(before)
            .Append(wasShown ? Coloured(Grey, "") : "")
            .Append(before.Length == 0 ? "" : "→ ")
            .Append(storeDir.Print(path))
            .Append(wasShown ? Coloured(Normal, "") : "")
            .Append('\n');
        if (wasShown)
        {
            return;
        }
        var next = tree.Next(path);
        var found = await finder.FindAsync(path, next, ct).ConfigureAwait(false);
        for (var i = 0; i < next.Count; i++)
        {
            var isLast = i == next.Count - 1;
            var isFirst = true;
            foreach (var place in found[next[i]])
            {
                var branch = (isFirst, isLast) switch
                {
                    (true, true) => LastBranch,
                    (true, false) => Branch,
                    (false, true) => Nothing,
                    (false, false) => Line,
                };
                text.Append(before).Append(branch).Append(Shown(place, next[i])).Append('\n');
                isFirst = false;
                if (!tree.IsAll)
                {
                    break;
                }
            }
            await NodeAsync(text, finder, next[i], before + (isLast ? Nothing : Line), ct).ConfigureAwait(false);
        }
    }

    private string Shown(FoundReference place, StorePath target)
    {
        var end = place.HashAt + StorePathHash.TextLength;
        var hash = place.Text[place.HashAt..end];
        var colour = target == tree.Dependency ? Green : Blue;
        var marked = $"{place.Text[..place.HashAt]}{Coloured(colour, hash)}{place.Text[end..]}";
        return place.Offset is null ? $"{place.File} -> {marked}" : $"{place.File}: …{marked}…";
    }

    private string Coloured(string colour, string text) =>
        !hasColour ? text
        : text.Length == 0 ? colour
        : $"{colour}{text}{Normal}";
}
