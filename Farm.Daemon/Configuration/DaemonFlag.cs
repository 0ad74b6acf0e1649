namespace Farm.Daemon.Configuration;

/// <summary>Flags of a daemon that belong together, for those who ask for help.</summary>
/// <param name="Usage">As they are written, with names in capitals for their values.</param>
/// <param name="Description">What they do, in a sentence.</param>
public sealed record DaemonFlag(string Usage, string Description)
{
    /// <summary>Whatever <see cref="DaemonArguments"/> takes.</summary>
    public static IReadOnlyList<DaemonFlag> All { get; } =
    [
        new("--socket PATH", "Listen there; NIX_DAEMON_SOCKET_PATH, or Nix's own place, if not given."),
        new(
            "--farm URL",
            "Builds run on the farm with this coordinator, on this machine where it is ''; farm.daemon.coordinator if not given."
        ),
        new("--store ROOT", "The store below this directory, which is made if it is not there; also local?root=ROOT."),
        new("--stdio", "Serve one client on standard input and output."),
        new("--force-trusted, --force-untrusted", "Trust each client, or none, whoever it is."),
        new("--option NAME VALUE", "A setting, before what nix.conf says."),
        new(
            "--NAME VALUE, --NAME, --no-NAME",
            "The same for each setting of nix.conf: --cores 4, --keep-going, --no-fallback; -j N for --max-jobs N."
        ),
        new("--version", "Print the version."),
        new(
            "--daemon, --default-trust, --process-ops, --log-format FORMAT, -v, --verbose, --quiet, --debug",
            "Taken because nix-daemon takes them; they change nothing."
        ),
    ];
}
