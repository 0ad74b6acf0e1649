namespace Farm.Daemon.Configuration;

/// <summary>Puts the configuration of a machine together: its file, the user's files, the variable <c>NIX_CONFIG</c>, the command line;
/// later ones count more.</summary>
public static class NixConfiguration
{
    /// <param name="directories">Where the files are. A file that is missing is empty.</param>
    /// <param name="open">Gives the text of a file; null where there is none.</param>
    /// <param name="environment">Value of <c>NIX_CONFIG</c>; null where it is not set.</param>
    /// <param name="given">Settings from the command line.</param>
    /// <exception cref="NixConfException">A line or a value is malformed.</exception>
    public static NixSettings Read(
        NixDirectories directories,
        Func<string, string?> open,
        string? environment,
        IEnumerable<NixAssignment> given
    )
    {
        var settings = NixSettings.Empty;
        foreach (var file in directories.UserConfFiles.Append(directories.ConfFile).Reverse())
        {
            if (open(file) is { } text)
                settings = settings.With(NixConfText.Read(text, file, open));
        }
        if (environment is not null)
            settings = settings.With(NixConfText.Read(environment, "NIX_CONFIG", open));
        return settings.With(given);
    }
}
