using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Worker.Core;

namespace Farm.Tests.Worker.Core;

/// <summary>Values that worker tests need and do not care about.</summary>
internal static class SomeWorker
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    public static WorkerProfile Profile(int slots = 2, long logWindowBytes = 1 << 20) =>
        new(
            WorkerId.Parse("w1"),
            "/nix/store",
            new WorkerCapabilities(["x86_64-linux"], [], [], slots),
            new Uri("http://w1:8080"),
            Grace,
            logWindowBytes,
            FetchAhead: 1
        );

    public static AttemptId Attempt(int number) => AttemptId.Create(new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    public static AttemptKey Key(int number, long epoch = 1) => new(Attempt(number), epoch);

    public static PhaseLimits Limits { get; } =
        new(
            Offered: TimeSpan.FromMinutes(1),
            Accepted: TimeSpan.FromHours(4),
            Fetching: TimeSpan.FromHours(1),
            Building: TimeSpan.FromHours(2),
            Uploading: TimeSpan.FromHours(1),
            Committing: TimeSpan.FromMinutes(5)
        );

    public static BuildRequest Request { get; } =
        new()
        {
            DrvPath = StorePath.Parse("0j0hiv32iz2hmalpp50q83rnnls2r1zh-checks.drv"),
            Name = "checks",
            Outputs = [new RequestedOutput("out", StorePath.Parse("0j6rvjf3qaa5vnp8xqfbbh0dm0l4k7jw-checks"))],
            InputPaths = [],
            Platform = "x86_64-linux",
            Builder = ByteString.FromUtf8("/bin/sh"),
            Args = [],
            Env = ImmutableSortedDictionary<ByteString, ByteString>.Empty,
            Options = BuildOptions.None,
        };

    public static DesiredAttempt Order(int number, long epoch = 1, bool isKnown = false) =>
        new(Attempt(number), epoch, isKnown ? null : Request, Limits, []);

    public static BuildOutcome Failed { get; } = new BuildOutcome.BuilderFailed(new ProcessEnd.Exited(1), []);
}
