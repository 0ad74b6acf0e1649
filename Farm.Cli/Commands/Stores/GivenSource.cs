namespace Farm.Cli.Commands.Stores;

/// <summary>Files of this machine that are to be added.</summary>
internal static class GivenSource
{
    /// <summary>As <see cref="Find"/>, of each; where one is not there, nothing is to be added.</summary>
    /// <exception cref="CommandException">One is not there.</exception>
    public static string[] FindAll(IEnumerable<string> given) => [.. given.Select(Find)];

    /// <summary>The full path, without a slash at its end. A link is there even where it leads nowhere.</summary>
    /// <exception cref="CommandException">There is nothing.</exception>
    public static string Find(string given)
    {
        var source = Path.GetFullPath(given).TrimEnd('/');
        return Path.Exists(source) || new FileInfo(source).LinkTarget is not null
            ? source
            : throw new CommandException($"'{source}' is not there.");
    }
}
