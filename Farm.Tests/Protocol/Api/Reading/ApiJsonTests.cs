using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Protocol.Api.Reading;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Tests.Protocol.Api.Reading;

/// <summary>The generated code of <see cref="ApiJsonContext"/>, by which nodes write, decides what is right.</summary>
public sealed class ApiJsonTests
{
    private static readonly ApiJsonContext Generated = ApiJsonContext.Default;
    private static readonly DateTimeOffset Time = new(2024, 5, 1, 12, 0, 0, 123, TimeSpan.FromHours(2));
    private static readonly StorePath Drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");
    private static readonly StorePath Output = StorePath.Parse("5nfgjzhgqaz7dci2glwmqkhc66jib76j-simple");
    private static readonly AttemptId Attempt = AttemptId.Parse("01a22358-c9b4-7264-a318-61d90882ad69");
    private static readonly StepCounts Counts = new(1, 2, 3, 4, 5, 6);

    private static readonly ImmutableArray<StepStatus> Statuses =
    [
        new StepStatus.Waiting(3),
        new StepStatus.Runnable(null),
        new StepStatus.Runnable(Time),
        new StepStatus.Running(Attempt, WorkerId.Parse("w1"), BuildPhase.Uploading, Time, Time),
        new StepStatus.Done(null),
        new StepStatus.Done(Attempt),
        new StepStatus.Failed("it said \"no\" \u2014 \u00fc", Attempt, FailureKind.HashMismatch),
        new StepStatus.Failed("none", null),
        new StepStatus.DependencyFailed(Drv),
    ];

    private static readonly UsageTotal Usage = new(2, new(1, 2, 3, 4, 5), new(7), 3_000_000_000, 4_000_000_000);

    private static readonly BuildView Build = new(
        BuildId.Create(7_000_000_000),
        BuildState.Building,
        -3,
        Time,
        null,
        [
            .. Statuses.Select(status => new BuildRootView(
                Drv,
                ImmutableSortedDictionary<string, StorePath>.Empty.Add("out", Output).Add("Dev", Output).Add("a", Drv),
                status
            )),
        ],
        Counts,
        [.. Statuses.Select(status => new StepSummary(Drv, "simple", status))],
        [],
        Usage
    );

    private static readonly FetchView Fetch = new([Drv], Time, 1, 2, 3_000_000_000, 4_000_000_000, [Output], "no");

    public static TheoryData<string> Enumerations =>
        [
            .. Enum.GetValues<BuildState>().Select(state => $"state {state}"),
            .. Enum.GetValues<BuildPhase>().Select(phase => $"phase {phase}"),
            .. Enum.GetValues<FailureKind>().Select(kind => $"kind {kind}"),
        ];

    [Fact]
    public void A_build_is_read_as_it_was_written()
    {
        Same(Build, Generated.BuildView, ApiJson.ReadBuild);
        Same(Build with { Usage = null }, Generated.BuildView, ApiJson.ReadBuild);
    }

    [Fact]
    public void Events_are_read_as_they_were_written()
    {
        Same(new BuildEvent.Snapshot(Build), Generated.BuildEvent, ApiJson.ReadBuildEvent);
        Same(new BuildEvent.Ended(Build with { FinishedAt = Time }), Generated.BuildEvent, ApiJson.ReadBuildEvent);
        foreach (var status in Statuses)
        {
            var step = new StepSummary(Drv, "simple", status);
            Same(new BuildEvent.StepChanged(step, Counts, Time), Generated.BuildEvent, ApiJson.ReadBuildEvent);
        }
    }

    [Fact]
    public void Answers_to_a_submission_are_read_as_they_were_written()
    {
        Same(new SubmitEvent.Fetching(Fetch), Generated.SubmitEvent, ApiJson.ReadSubmitEvent);
        Same(new SubmitEvent.Submitted(Build), Generated.SubmitEvent, ApiJson.ReadSubmitEvent);
        var problem = new ProblemView("farm:busy", "Busy", 503, "Ask again.");
        Same(new SubmitEvent.Refused(problem), Generated.SubmitEvent, ApiJson.ReadSubmitEvent);
        Same(problem, Generated.ProblemView, ApiJson.ReadProblem);
    }

    [Fact]
    public void The_status_is_read_as_it_was_written()
    {
        var summary = new BuildSummary(BuildId.Create(1), BuildState.Queued, 0, Time, Time, [Drv], Counts, Usage);
        var running = new StepSummary(Drv, "simple", Statuses[3]);
        var status = new StatusView("id", "/nix/store", Time, 1, 2, 3, Counts, [summary], [running], "/root", [Fetch]);
        Same(status, Generated.StatusView, ApiJson.ReadStatus);
        Same(status with { StoreRoot = null, Fetching = null }, Generated.StatusView, ApiJson.ReadStatus);
    }

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void Every_name_of_an_enumeration_is_known(string named)
    {
        var (what, name) = (named.Split(' ')[0], named.Split(' ')[1]);
        var build = what switch
        {
            "state" => Build with { State = Enum.Parse<BuildState>(name) },
            "phase" => WithStatus(
                new StepStatus.Running(Attempt, WorkerId.Parse("w"), Enum.Parse<BuildPhase>(name), Time, Time)
            ),
            _ => WithStatus(new StepStatus.Failed("why", null, Enum.Parse<FailureKind>(name))),
        };
        Same(build, Generated.BuildView, ApiJson.ReadBuild);
    }

    [Fact]
    public void The_type_may_come_last_and_unknown_members_are_passed_over()
    {
        var json =
            $$"""{"new":{"a":[1,{"type":"x"}]},"build":{{JsonSerializer.Serialize(Build, Generated.BuildView)}},"type":"ended"}""";
        var read = ApiJson.ReadBuildEvent(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Equal(Build.Id, Assert.IsType<BuildEvent.Ended>(read).Build.Id);
    }

    [Fact]
    public void Whatever_the_generated_reader_refuses_as_of_the_wrong_kind_is_refused()
    {
        var json = JsonSerializer.Serialize<BuildEvent>(new BuildEvent.Snapshot(Build), Generated.BuildEvent);
        var refused = 0;
        foreach (var spoilt in Spoilt(json))
        {
            if (!IsReadByGenerated(spoilt))
            {
                refused++;
                Assert.False(Reads(() => ApiJson.ReadBuildEvent(spoilt)), System.Text.Encoding.UTF8.GetString(spoilt));
            }
        }
        Assert.InRange(refused, 50, int.MaxValue);
    }

    [Theory]
    [InlineData(null, false, BuildMode.Normal)]
    [InlineData(3_000_000_000L, true, BuildMode.Check)]
    [InlineData(1L, false, BuildMode.Repair)]
    public void A_submission_is_written_as_the_generated_reader_reads_it(long? log, bool keepsFailed, BuildMode mode)
    {
        var build = new SubmitBuild([Drv, Output], -2, 1.5, null, log, keepsFailed, mode);
        var read = JsonSerializer.Deserialize(ApiJson.Write(build), Generated.SubmitBuild)!; // not the text null
        Assert.Equal(build.Roots.AsEnumerable(), read.Roots);
        Assert.Equal(build with { Roots = read.Roots }, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"ended\"")]
    [InlineData("{\"type\":\"over\"}")]
    public void What_is_no_event_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => ApiJson.ReadBuildEvent(System.Text.Encoding.UTF8.GetBytes(json)));

    private delegate T Reading<T>(ReadOnlySpan<byte> json);

    private static void Same<T>(T value, JsonTypeInfo<T> type, Reading<T> read)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(json), JsonSerializer.Serialize(read(json), type));
    }

    private static BuildView WithStatus(StepStatus status) =>
        Build with
        {
            Failures = [new StepSummary(Drv, "simple", status)],
        };

    /// <summary>A type that is missing is refused with an exception of its own.</summary>
    private static bool IsReadByGenerated(byte[] json)
    {
        try
        {
            return Reads(() => JsonSerializer.Deserialize(json, Generated.BuildEvent));
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    private static bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The document with one value after another replaced by one of another kind.</summary>
    private static IEnumerable<byte[]> Spoilt(string json)
    {
        var paths = new List<string>();
        Collect(JsonNode.Parse(json)!, paths); // it is an object
        foreach (var path in paths)
        {
            foreach (var value in (string[])["true", "-1.5", "\"?\"", "{}", "[0]"])
            {
                var root = JsonNode.Parse(json)!;
                var node = Find(root, path);
                node.ReplaceWith(JsonNode.Parse(value));
                yield return JsonSerializer.SerializeToUtf8Bytes(root);
            }
        }
    }

    private static JsonNode Find(JsonNode root, string path)
    {
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            root = (root is JsonArray list ? list[int.Parse(part, null)] : root[part])!; // the path was collected here
        }
        return root;
    }

    private static void Collect(JsonNode node, List<string> paths, string at = "")
    {
        IEnumerable<(string Name, JsonNode? Value)> children = node switch
        {
            JsonObject map => map.Select(member => (member.Key, member.Value)),
            JsonArray list => list.Select((item, index) => ($"{index}", item)),
            _ => [],
        };
        foreach (var (name, value) in children)
        {
            if (value is not null)
            {
                paths.Add($"{at}/{name}");
                Collect(value, paths, $"{at}/{name}");
            }
        }
    }
}
