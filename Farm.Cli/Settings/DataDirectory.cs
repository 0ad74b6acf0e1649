namespace Farm.Cli.Settings;

/// <summary>Where nodes keep their stores and databases unless told otherwise.</summary>
public static class DataDirectory
{
    /// <summary><c>/var/lib/farm</c> for root, else <c>$XDG_STATE_HOME/farm</c>, which itself defaults to <c>~/.local/state</c>.</summary>
    public static string Default(bool isRoot, string? stateHome, string home)
    {
        if (isRoot)
        {
            return "/var/lib/farm";
        }
        // The specification of that variable says to ignore relative paths.
        var state =
            stateHome is { Length: > 0 } && Path.IsPathRooted(stateHome)
                ? stateHome
                : Path.Combine(home, ".local", "state");
        return Path.Combine(state, "farm");
    }

    public static string OfProcess() =>
        Default(
            Environment.IsPrivilegedProcess,
            Environment.GetEnvironmentVariable("XDG_STATE_HOME"),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
        );
}
