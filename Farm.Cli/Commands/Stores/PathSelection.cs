using System.Collections.Immutable;
using System.CommandLine;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>Which paths a verb is for: those named, what they refer to as well, or all of the store.</summary>
internal sealed class PathSelection
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Store paths.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _all;
    private readonly Option<bool> _recursive;

    /// <param name="verb">What is done with them, such as <c>Sign</c>.</param>
    public PathSelection(string verb)
    {
        _all = new("--all") { Description = $"{verb} every path of the store." };
        _recursive = new("--recursive", "-r")
        {
            Description = $"{verb} also what the paths refer to, directly or not.",
        };
    }

    public void AddTo(Command command)
    {
        command.Add(_paths);
        command.Add(_all);
        command.Add(_recursive);
    }

    /// <exception cref="CommandException">There is neither a path nor <c>--all</c>, or both.</exception>
    public async Task<ImmutableSortedSet<StorePath>> ReadAsync(
        ParseResult parsed,
        LocalStore store,
        CancellationToken ct
    )
    {
        var named = (parsed.GetValue(_paths) ?? []).Select(text => StorePathArgument.Parse(store.Layout, text));
        ImmutableSortedSet<StorePath> paths = [.. named];
        if (paths.IsEmpty != parsed.GetValue(_all))
        {
            throw new CommandException("give either paths or --all.");
        }
        return paths.IsEmpty ? await store.AllValidAsync(ct).ConfigureAwait(false)
            : parsed.GetValue(_recursive) ? await store.ClosureAsync(paths, ct).ConfigureAwait(false)
            : paths;
    }
}
