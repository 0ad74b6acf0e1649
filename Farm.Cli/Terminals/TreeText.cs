using System.Text;

namespace Farm.Cli.Terminals;

/// <summary>A tree as lines with branches drawn before them, as Nix draws its trees.</summary>
/// <remarks>Shape: <c>root</c>, <c>├───child</c>, <c>│   └───grandchild</c>, <c>└───child</c>. It may be deep: nothing recurses.</remarks>
public static class TreeText
{
    private const string Branch = "├───";
    private const string LastBranch = "└───";
    private const string Line = "│   ";
    private const string Nothing = "    ";

    /// <param name="root">The first node; nothing is drawn before it.</param>
    /// <param name="label">Text of a node, without line breaks.</param>
    /// <param name="children">Children of a node, in order; called once for each node, in the order of the lines.</param>
    public static string Render<T>(T root, Func<T, string> label, Func<T, IReadOnlyList<T>> children)
    {
        var text = new StringBuilder();
        var left = new Stack<(T Node, string Before, string Below)>();
        left.Push((root, "", ""));
        while (left.TryPop(out var next))
        {
            text.Append(next.Before).Append(label(next.Node)).Append('\n');
            var below = children(next.Node);
            for (var i = below.Count - 1; i >= 0; i--)
            {
                var isLast = i == below.Count - 1;
                left.Push(
                    (below[i], next.Below + (isLast ? LastBranch : Branch), next.Below + (isLast ? Nothing : Line))
                );
            }
        }
        return text.ToString();
    }
}
