using System.CommandLine;
using System.Text.Json;
using Farm.Cli.Terminals;
using Farm.Client;
using Farm.Protocol.Api;

namespace Farm.Cli.Commands;

/// <summary><c>farm status</c>: the farm at a glance, or waiting until it is up.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(200);

    public static Command Create(CommandServices services)
    {
        var coordinator = GlobalOptions.Coordinator();
        var json = GlobalOptions.Json();
        var wait = new Option<bool>("--wait")
        {
            Description = "Wait until the coordinator answers and the workers are there.",
        };
        var workers = new Option<int>("--workers")
        {
            Description = "With --wait: how many connected workers to wait for.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var timeout = new Option<double>("--timeout")
        {
            Description = "With --wait: how long, in seconds.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 60,
        };
        var command = new FarmCommand(
            "status",
            "Show what the farm is doing.",
            ["farm status", "farm status --wait --workers 2  # returns when two workers are connected"]
        )
        {
            coordinator,
            json,
            wait,
            workers,
            timeout,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var client = ClientConnection.Open(parsed, coordinator);
                var status = parsed.GetValue(wait)
                    ? await WaitAsync(
                            client,
                            parsed.GetValue(workers),
                            TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                            services.Clock,
                            ct
                        )
                        .ConfigureAwait(false)
                    : await client.StatusAsync(ct).ConfigureAwait(false);
                services.Terminal.Out.Write(
                    parsed.GetValue(json)
                        ? JsonSerializer.Serialize(status, ApiJsonContext.Default.StatusView) + "\n"
                        : StatusText.Of(
                            status,
                            client.Address,
                            services.Clock.GetUtcNow(),
                            services.Terminal.OutHasColour
                        )
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <exception cref="CommandException">It took longer than <paramref name="limit"/>; the message tells what is missing.</exception>
    public static async Task<StatusView> WaitAsync(
        FarmClient client,
        int workers,
        TimeSpan limit,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            string missing;
            try
            {
                var status = await client.StatusAsync(ct).ConfigureAwait(false);
                if (status.WorkersConnected >= workers)
                {
                    return status;
                }
                missing = $"The coordinator answers, but {status.WorkersConnected} of {workers} workers are connected";
            }
            catch (HttpRequestException error)
            {
                missing = error.Message;
            }
            if (clock.GetElapsedTime(started) > limit)
            {
                throw new CommandException($"The farm is not up after {DurationText.Of(limit)}: {missing}.");
            }
            await Task.Delay(BetweenAttempts, clock, ct).ConfigureAwait(false);
        }
    }
}
