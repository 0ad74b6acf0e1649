using System.CommandLine;
using Farm.Cli.Nodes;
using Farm.Cli.Settings;
using Farm.Store.Local;

namespace Farm.Cli.Commands;

/// <summary><c>farm up</c>: a whole farm on this machine.</summary>
internal static class UpCommand
{
    private const int MostWorkers = 64;
    private const string DefaultListen = "127.0.0.1:7410";

    public static Command Create(CommandServices services)
    {
        var workers = new Option<int>("--workers")
        {
            Description = "How many workers.",
            HelpName = "N",
            DefaultValueFactory = _ => 2,
        };
        var slots = new Option<int?>("--slots")
        {
            Description =
                "How many builds each worker runs at a time; the processors divided by the workers if not given.",
            HelpName = "N",
        };
        var dataDir = NodeOptions.DataDir(
            "Where the nodes keep their stores; /var/lib/farm for root, else $XDG_STATE_HOME/farm."
        );
        var listen = NodeOptions.Listen(
            "Where the coordinator listens; port 0 takes any free one; 127.0.0.1:7410 if not given."
        );
        var set = NodeOptions.Set();
        var command = new FarmCommand(
            "up",
            "Run a whole farm on this machine: a coordinator and workers, each a process with a store of its own.",
            [
                "farm up",
                "farm up --workers 4 --slots 1 --data-dir /tmp/farm",
                "farm up & farm status --wait --workers 2  # in scripts",
            ]
        )
        {
            workers,
            slots,
            dataDir,
            listen,
            set,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var count = parsed.GetValue(workers);
                if (count is < 1 or > MostWorkers)
                {
                    throw new CommandException(
                        $"--workers {count} is out of range: 1 to {MostWorkers} fit on one machine."
                    );
                }
                var directory = Path.GetFullPath(parsed.GetValue(dataDir) ?? DataDirectory.OfProcess());
                NewDirectory.Make(directory);
                var plan = FarmPlan.Create(
                    OwnProgram.Find(Environment.ProcessPath!, AppContext.BaseDirectory), // a running process has a path
                    directory,
                    ListenAddress.WithPort(ListenAddress.Parse(parsed.GetValue(listen) ?? DefaultListen)),
                    count,
                    parsed.GetValue(slots) ?? Math.Max(1, Environment.ProcessorCount / count),
                    Common(parsed, set, directory)
                );
                using var signals = StopSignals.Listen(ofParent: false);
                await new FarmRun(plan, services).RunAsync(signals).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static System.Collections.Immutable.ImmutableArray<string> Common(
        ParseResult parsed,
        Option<string[]> set,
        string directory
    )
    {
        List<string> common = [];
        if (parsed.GetValue(GlobalOptions.Config) is { } file)
        {
            common.AddRange("--config", Path.GetFullPath(file));
        }
        if (!Environment.IsPrivilegedProcess)
        {
            var users = HoconQuote.Of(Path.Combine(directory, "build-users"));
            common.AddRange("--set", $"farm.worker.build-users-dir={users}");
        }
        foreach (var setting in parsed.GetValue(set) ?? [])
        {
            common.AddRange("--set", setting);
        }
        return [.. common];
    }
}
