using System.CommandLine;
using Farm.Cli.Building;
using Farm.Cli.Nodes;
using Farm.Store.Derivations;

namespace Farm.Cli.Commands;

/// <summary><c>farm build</c>: the outputs of derivations.</summary>
internal static class BuildCommand
{
    public static Command Create(CommandServices services)
    {
        var drvs = new Argument<string[]>("DRV")
        {
            Description =
                "A derivation: store path or .drv file, with ^out,dev for some outputs; or a C# program that makes some.",
            Arity = ArgumentArity.OneOrMore,
        };
        var outLink = new Option<string>("--out-link", "-o")
        {
            Description = "First link to an output; more are numbered as nix-build does.",
            HelpName = "PREFIX",
            DefaultValueFactory = _ => "result",
        };
        var noOutLink = new Option<bool>("--no-out-link") { Description = "Make no links." };
        var from = new Option<string?>("--from")
        {
            Description =
                "Root below which the Nix store with the derivations is, as given to nix-instantiate --store.",
            HelpName = "ROOT",
        };
        var keepGoing = new Option<bool>("--keep-going", "-k")
        {
            Description = "After a failure build what can still be built.",
        };
        var maxLog = new Option<long?>("--max-log-size")
        {
            Description = "Stop a builder that prints more than so many bytes; 0 is no limit.",
            HelpName = "BYTES",
        };
        var keepFailed = new Option<bool>("--keep-failed", "-K")
        {
            Description =
                "Workers keep the build directories of builders that fail, and what --check finds to be different.",
        };
        var check = new Option<bool>("--check")
        {
            Description = "Build again what is built, and compare; exit code 104 where something else comes out.",
        };
        var repair = new Option<bool>("--repair")
        {
            Description = "Look whether outputs are damaged at the coordinator, and fetch or build those again.",
        };
        var detach = new Option<bool>("--detach")
        {
            Description = "Submit, print the number of the build, and do not wait.",
        };
        var priority = new Option<int>("--priority")
        {
            Description = "Higher goes first; 0 is ordinary.",
            HelpName = "N",
        };
        var timeout = new Option<double?>("--timeout")
        {
            Description = "Longest run of one builder.",
            HelpName = "SECONDS",
        };
        var maxSilent = new Option<double?>("--max-silent-time")
        {
            Description = "Longest time in which one builder prints nothing.",
            HelpName = "SECONDS",
        };
        var coordinator = GlobalOptions.Coordinator();
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "build",
            "Build derivations. Exit code: 0 built, 100 failed, 101 timed out, 102 hash mismatch, 104 not deterministic, 1 bad input.",
            [
                "farm build $(nix-instantiate ./default.nix)",
                "farm build --from /tmp/root /nix/store/…-hello.drv^out,dev --out-link hello",
                "farm build --check --keep-failed x.drv",
                "farm build x.drv --no-out-link --json | jq .roots",
            ]
        )
        {
            drvs,
            outLink,
            noOutLink,
            from,
            keepGoing,
            detach,
            priority,
            timeout,
            maxSilent,
            maxLog,
            keepFailed,
            check,
            repair,
            coordinator,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var named = await DerivationProgram
                    .ExpandAsync(parsed.GetRequiredValue(drvs), services.Terminal.Error, ct)
                    .ConfigureAwait(false);
                DerivationArgument[] arguments = [.. named.Select(DerivationArgument.Parse)];
                var options = new BuildOptionsGiven
                {
                    OutLink = parsed.GetValue(noOutLink) ? null : parsed.GetValue(outLink),
                    From = parsed.GetValue(from) is { } root ? Path.GetFullPath(root) : null,
                    IsJson = parsed.GetValue(json),
                    KeepsGoing = parsed.GetValue(keepGoing),
                    IsDetached = parsed.GetValue(detach),
                    Priority = parsed.GetValue(priority),
                    TimeoutSeconds = Positive("--timeout", parsed.GetValue(timeout)),
                    MaxSilentSeconds = Positive("--max-silent-time", parsed.GetValue(maxSilent)),
                    MaxLogBytes = Bytes("--max-log-size", parsed.GetValue(maxLog)),
                    KeepsFailed = parsed.GetValue(keepFailed),
                    Mode = Mode(parsed.GetValue(check), parsed.GetValue(repair)),
                };
                using var client = ClientConnection.Open(parsed, coordinator);
                using var signals = StopSignals.Listen(ofParent: false);
                return await new BuildRun(client, services, options, signals).RunAsync(arguments).ConfigureAwait(false);
            }
        );
        return command;
    }

    private static BuildMode Mode(bool checks, bool repairs) =>
        (checks, repairs) switch
        {
            (true, true) => throw new CommandException(
                "--check and --repair exclude one another: what is damaged is repaired before it can be compared."
            ),
            (true, _) => BuildMode.Check,
            (_, true) => BuildMode.Repair,
            _ => BuildMode.Normal,
        };

    private static long? Bytes(string option, long? bytes) =>
        bytes switch
        {
            null or 0 => null,
            > 0 => bytes,
            _ => throw new CommandException($"{option} {bytes} is no size: give bytes, or 0 for no limit."),
        };

    /// <summary>Zero means no limit, as Nix has it.</summary>
    private static double? Positive(string option, double? seconds) =>
        seconds switch
        {
            null or 0 => null,
            > 0 and <= int.MaxValue => seconds,
            _ => throw new CommandException($"{option} {seconds} is no duration: give seconds, or 0 for no limit."),
        };
}
