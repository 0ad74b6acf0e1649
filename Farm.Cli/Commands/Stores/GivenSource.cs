namespace Farm.Cli.Commands.Stores;

/// <summary>Files of this machine that are to be added.</summary>
internal static class GivenSource
{
    /// <summary>Their full paths, without a slash at the end. A link is there even where it leads nowhere.</summary>
    /// <exception cref="CommandException">One is not there, so that nothing is to be added.</exception>
    public static string[] FindAll(IEnumerable<string> given) => [.. given.Select(Find)];

    private static string Find(string given)
    {
        var source = Path.GetFullPath(given).TrimEnd('/');
        return Path.Exists(source) || new FileInfo(source).LinkTarget is not null
            ? source
            : throw new CommandException($"'{source}' is not there.");
    }
}
