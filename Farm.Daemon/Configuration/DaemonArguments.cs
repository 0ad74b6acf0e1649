using System.Collections.Immutable;

namespace Farm.Daemon.Configuration;

/// <summary>What the command line of a daemon says: the flags of <c>nix-daemon</c>, and our own. Not compared by value.</summary>
/// <remarks>As with Nix, each setting is a flag too: <c>--cores 4</c>, <c>--keep-going</c>, <c>--no-fallback</c>, <c>--extra-sandbox-paths /x</c>.</remarks>
public sealed record DaemonArguments
{
    /// <summary>Serve one client on standard input and output.</summary>
    public bool IsStdio { get; private init; }

    /// <summary>Print the version and do no more.</summary>
    public bool IsVersion { get; private init; }

    /// <summary>The verdict on every client; null where each is judged.</summary>
    public bool? IsTrusted { get; private init; }

    /// <summary>Root below which the store is; null for where Nix's variables say.</summary>
    public string? Root { get; private init; }

    /// <summary>Socket to listen on; null for Nix's.</summary>
    public string? Socket { get; private init; }

    /// <summary>Address of the coordinator of a farm that builds; null where the flag is not given, empty for none.</summary>
    public string? Farm { get; private init; }

    /// <summary>Settings, in the order given.</summary>
    public ImmutableArray<NixAssignment> Settings { get; private init; } = [];

    /// <summary>Values that settings do not take, in Nix's words; Nix only warns of them.</summary>
    public ImmutableArray<string> Warnings { get; private init; } = [];

    /// <exception cref="NixConfException">A flag is unknown or lacks its value.</exception>
    public static DaemonArguments Parse(IReadOnlyList<string> arguments)
    {
        var read = new DaemonArguments();
        for (var at = 0; at < arguments.Count; at++)
        {
            var flag = arguments[at];
            if (!flag.StartsWith('-'))
                throw new NixConfException($"unexpected argument '{flag}'");
            read = flag switch
            {
                "--daemon" or "--default-trust" or "--process-ops" or "-v" or "--verbose" or "--quiet" or "--debug" =>
                    read,
                "--stdio" => read with { IsStdio = true },
                "--version" => read with { IsVersion = true },
                "--force-trusted" => read with { IsTrusted = true },
                "--force-untrusted" => read with { IsTrusted = false },
                "--socket" => read with { Socket = Value() },
                "--farm" => read with { Farm = Value() },
                "--store" => read with { Root = StoreRoot(Value()) },
                "--log-format" => Skip(read, Value()),
                "--option" => read.With(Value(), Value()),
                "-j" => read.With("max-jobs", Value()),
                _ => read.WithSetting(flag, Value),
            };

            string Value() =>
                ++at < arguments.Count ? arguments[at] : throw new NixConfException($"flag '{flag}' needs a value");
        }
        return read;
    }

    private static DaemonArguments Skip(DaemonArguments read, string _) => read;

    /// <summary>The root of a store of Nix's on this machine: a directory, or <c>local?root=DIR</c>.</summary>
    private static string? StoreRoot(string store)
    {
        const string local = "local?root=";
        return store switch
        {
            "auto" or "local" => null,
            ['/', ..] => store,
            _ when store.StartsWith(local + "/", StringComparison.Ordinal) && !store.Contains('&') => store[
                local.Length..
            ],
            _ => throw new NixConfException(
                $"the store '{store}' cannot be served: name a directory, 'local?root=DIR', or 'auto'"
            ),
        };
    }

    private DaemonArguments WithSetting(string flag, Func<string> value)
    {
        const string no = "no-";
        var name = flag.StartsWith("--", StringComparison.Ordinal) ? flag[2..] : "";
        if (NixSettingTable.Find(name) is NixSettingKind.Flag)
            return With(name, "true");
        if (
            name.StartsWith(no, StringComparison.Ordinal)
            && NixSettingTable.Find(name[no.Length..]) is NixSettingKind.Flag
        )
            return With(name[no.Length..], "false");
        if (name == "no-sandbox")
            return With("sandbox", "false");
        return NixSettingTable.Find(name) is not null || NixSettings.Empty.With(name, "").Unknown.IsEmpty
            ? With(name, value())
            : throw new NixConfException($"unrecognised flag '{flag}'");
    }

    private DaemonArguments With(string name, string value)
    {
        try
        {
            NixSettings.Empty.With(name, value);
            return this with { Settings = Settings.Add(new NixAssignment(name, value)) };
        }
        catch (NixConfException wrong)
        {
            return this with { Warnings = Warnings.Add($"warning: error: {wrong.Message}") };
        }
    }
}
