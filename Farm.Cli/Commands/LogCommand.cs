using System.CommandLine;
using Farm.Protocol;

namespace Farm.Cli.Commands;

/// <summary><c>farm log</c>: what a builder printed.</summary>
internal static class LogCommand
{
    public static Command Create(CommandServices services)
    {
        var coordinator = GlobalOptions.Coordinator();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on printing until the builder ends." };
        var what = new Argument<string>("DRV|ATTEMPT")
        {
            Description = "A derivation, whose last attempt is meant, or the id of an attempt.",
        };
        var command = new FarmCommand(
            "log",
            "Print the log of a build step.",
            ["farm log -f /nix/store/…-hello.drv", "farm log /nix/store/…-hello.drv | less -R"]
        )
        {
            coordinator,
            follow,
            what,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var client = ClientConnection.Open(parsed, coordinator);
                var text = parsed.GetRequiredValue(what);
                var output = services.Terminal.RawOut;
                var isFollowing = parsed.GetValue(follow);
                await (
                    AttemptId.TryParse(text) is { } attempt
                        ? client.CopyAttemptLogAsync(attempt, isFollowing, output, ct)
                        : client.CopyStepLogAsync(DrvPathArgument.Parse(text), isFollowing, output, ct)
                ).ConfigureAwait(false);
                await output.FlushAsync(ct).ConfigureAwait(false);
                return ExitCode.Done;
            }
        );
        return command;
    }
}
