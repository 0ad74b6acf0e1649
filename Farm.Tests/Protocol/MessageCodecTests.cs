using System.Collections.Immutable;
using System.Text;
using Farm.Protocol;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Tests.Protocol;

public sealed class MessageCodecTests
{
    private static readonly AttemptId Attempt = AttemptId.Parse("018f8fad-5bd9-7469-a165-70867728950e");
    private static readonly StorePath Drv = StorePath.Parse("00000000000000000000000000000000-a.drv");
    private static readonly StorePath Out = StorePath.Parse("00000000000000000000000000000001-a");

    private static readonly PathInfo Info = new()
    {
        Path = Out,
        NarHash = Sha256Digest.Compute("x"u8),
        NarSizeBytes = 120,
        References = [Out],
        Deriver = Drv,
        RegistrationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        IsUltimate = true,
    };

    private static readonly PhaseLimits Limits = new(
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(3),
        TimeSpan.FromHours(4),
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(6)
    );

    private static readonly BuildRequest Request = new()
    {
        DrvPath = Drv,
        Name = "a",
        Outputs = [new RequestedOutput("out", Out)],
        InputPaths = [],
        Platform = "x86_64-linux",
        Builder = ByteString.FromUtf8("/bin/sh"),
        Args = [ByteString.FromBytes([0xff, 0x00])],
        Env = ImmutableSortedDictionary<ByteString, ByteString>.Empty.Add(
            ByteString.FromUtf8("out"),
            ByteString.FromUtf8("/nix/store/x")
        ),
        Options = new BuildOptions(TimeSpan.FromMinutes(1)),
    };

    public static TheoryData<int, string> WorkerGolden =>
        new()
        {
            {
                0,
                """{"type":"farm.session.v1.hello","protocolVersion":1,"worker":"w1","storeDir":"/nix/store","capabilities":{"systems":["x86_64-linux"],"supportedFeatures":["kvm"],"mandatoryFeatures":[],"slots":2,"speedFactor":1},"cacheUrl":null,"attempts":[{"attempt":"018f8fad-5bd9-7469-a165-70867728950e","epoch":3,"phase":"building","logBytes":7,"outcome":null}]}"""
            },
            { 1, """{"type":"farm.session.v1.current-state","attempts":[]}""" },
            {
                2,
                """{"type":"farm.session.v1.log-chunk","attempt":"018f8fad-5bd9-7469-a165-70867728950e","offset":5,"bytes":"aGk="}"""
            },
            { 3, """{"type":"farm.session.v1.heartbeat"}""" },
        };

    public static TheoryData<int, string> CoordinatorGolden =>
        new()
        {
            { 0, """{"type":"farm.session.v1.welcome","coordinator":"c1","heartbeatInterval":"00:00:10"}""" },
            {
                1,
                """{"type":"farm.session.v1.desired-state","attempts":[{"attempt":"018f8fad-5bd9-7469-a165-70867728950e","epoch":1,"request":{"drvPath":"00000000000000000000000000000000-a.drv","name":"a","outputs":[{"name":"out","path":"00000000000000000000000000000001-a","contentAddress":null}],"inputPaths":[],"platform":"x86_64-linux","builder":"L2Jpbi9zaA==","args":["/wA="],"env":[["b3V0","L25peC9zdG9yZS94"]],"options":{"timeout":"00:01:00","maxSilent":null,"maxLogBytes":null}},"limits":{"offered":"00:00:01","accepted":"00:00:02","fetching":"00:00:03","building":"04:00:00","uploading":"00:00:05","committing":"00:00:06"},"inputs":[{"path":"00000000000000000000000000000001-a","holders":["http://w2:1/"]}]}]}"""
            },
            {
                2,
                """{"type":"farm.session.v1.log-acknowledged","attempt":"018f8fad-5bd9-7469-a165-70867728950e","offset":9}"""
            },
            { 3, """{"type":"farm.session.v1.refused","reason":"no","isFinal":true}""" },
        };

    public static TheoryData<string> Outcomes =>
        [
            .. new BuildOutcome[]
            {
                new BuildOutcome.Built([Info], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)),
                new BuildOutcome.BuilderFailed(new ProcessEnd.Exited(3), ["a", "b"]),
                new BuildOutcome.BuilderFailed(new ProcessEnd.Signalled(9), []),
                new BuildOutcome.TimedOut(TimeLimit.Silent, TimeSpan.FromSeconds(1)),
                new BuildOutcome.LogLimitExceeded(5),
                new BuildOutcome.OutputRejected("r"),
                new BuildOutcome.HashMismatch(Out, "e", "a"),
                new BuildOutcome.InputRejected("r"),
                new BuildOutcome.InfrastructureFailed("r", true),
                new BuildOutcome.Cancelled(),
            }.Select(MessageCodec.PrintOutcome),
        ];

    [Theory]
    [MemberData(nameof(WorkerGolden))]
    public void A_message_of_a_worker_has_this_shape_and_is_read_back(int which, string golden)
    {
        WorkerMessage[] messages =
        [
            new WorkerMessage.Hello(
                1,
                WorkerId.Parse("w1"),
                "/nix/store",
                new WorkerCapabilities(["x86_64-linux"], ["kvm"], [], 2),
                null,
                [new AttemptReport(Attempt, 3, BuildPhase.Building, 7)]
            ),
            new WorkerMessage.CurrentState([]),
            new WorkerMessage.LogChunk(Attempt, 5, "hi"u8.ToArray()),
            new WorkerMessage.Heartbeat(),
        ];
        var bytes = MessageCodec.Encode(messages[which]);
        Assert.Equal(golden, Encoding.UTF8.GetString(bytes));
        Assert.Equal(bytes, MessageCodec.Encode(MessageCodec.DecodeWorkerMessage(bytes)));
    }

    [Theory]
    [MemberData(nameof(CoordinatorGolden))]
    public void A_message_of_a_coordinator_has_this_shape_and_is_read_back(int which, string golden)
    {
        CoordinatorMessage[] messages =
        [
            new CoordinatorMessage.Welcome("c1", TimeSpan.FromSeconds(10)),
            new CoordinatorMessage.DesiredState([
                new DesiredAttempt(Attempt, 1, Request, Limits, [new InputHolders(Out, [new Uri("http://w2:1/")])]),
            ]),
            new CoordinatorMessage.LogAcknowledged(Attempt, 9),
            new CoordinatorMessage.Refused("no", true),
        ];
        var bytes = MessageCodec.Encode(messages[which]);
        Assert.Equal(golden, Encoding.UTF8.GetString(bytes));
        Assert.Equal(bytes, MessageCodec.Encode(MessageCodec.DecodeCoordinatorMessage(bytes)));
    }

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Each_outcome_is_read_back(string json) =>
        Assert.Equal(json, MessageCodec.PrintOutcome(MessageCodec.ParseOutcome(json)));

    [Fact]
    public void What_a_store_knows_of_an_output_survives()
    {
        var outcome = new BuildOutcome.Built([Info], TimeSpan.Zero, TimeSpan.Zero);
        var read = MessageCodec.ParseOutcome(MessageCodec.PrintOutcome(outcome));
        Assert.Equal(Info, Assert.Single(Assert.IsType<BuildOutcome.Built>(read).Outputs));
    }

    [Fact]
    public void A_request_for_an_output_whose_path_follows_from_it_is_read_back()
    {
        var request = Request with
        {
            Outputs = [new RequestedOutput("out", Out, Floating: MethodAlgorithm.Parse("r:sha1"))],
            IsImpure = true,
            RealisationHash = Sha256Digest.Compute("x"u8),
        };
        var text = MessageCodec.PrintRequest(request);
        Assert.Contains("\"floating\":\"r:sha1\"", text, StringComparison.Ordinal);
        var read = MessageCodec.ParseRequest(text);
        Assert.Equal(request.Outputs[0], read.Outputs[0]);
        Assert.Equal((true, request.RealisationHash), (read.IsImpure, read.RealisationHash));
        Assert.False(read.IsFixedOutput());
        Assert.True(read.HasNetwork());
    }

    [Fact]
    public void Unknown_fields_are_skipped()
    {
        var message = """{"later":[1,{"a":2}],"type":"farm.session.v1.current-state","attempts":[],"more":null}"""u8;
        Assert.IsType<WorkerMessage.CurrentState>(MessageCodec.DecodeWorkerMessage(message));
    }

    [Theory]
    [InlineData("""{"type":"farm.session.v2.hello"}""", "unknown message type 'farm.session.v2.hello'")]
    [InlineData("""{"attempts":[]}""", "needs the field 'type'")]
    [InlineData("""[]""", "a message is a JSON object")]
    [InlineData("""{"type":7}""", "is a text")]
    [InlineData("""{"type":"farm.session.v1.current-state"}""", "cannot be read")]
    [InlineData("""{"type":"farm.session.v1.current-state","attempts":[""", "cannot be read")]
    [InlineData(
        """{"type":"farm.session.v1.log-chunk","attempt":"x","offset":0,"bytes":""}""",
        "'x' is not an attempt id"
    )]
    [InlineData(
        """{"type":"farm.session.v1.log-chunk","attempt":"018f8fad-5bd9-7469-a165-70867728950e","offset":-1,"bytes":""}""",
        "offset is -1"
    )]
    [InlineData(
        """{"type":"farm.session.v1.current-state","attempts":[{"attempt":"018f8fad-5bd9-7469-a165-70867728950e","epoch":1,"phase":"finished","logBytes":0,"outcome":null}]}""",
        "exactly a finished attempt has one"
    )]
    public void A_malformed_message_is_refused_with_the_reason(string json, string reason)
    {
        var refusal = Assert.Throws<ProtocolException>(() =>
            MessageCodec.DecodeWorkerMessage(Encoding.UTF8.GetBytes(json))
        );
        Assert.Contains(reason, refusal.Message);
    }

    [Fact]
    public void A_log_chunk_beyond_the_limit_is_refused()
    {
        var chunk = new WorkerMessage.LogChunk(Attempt, 0, new byte[MessageCodec.MaxLogChunkBytes + 1]);
        Assert.Throws<ProtocolException>(() => MessageCodec.DecodeWorkerMessage(MessageCodec.Encode(chunk)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-w")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void A_text_that_is_no_worker_name_is_refused(string text) =>
        Assert.Throws<FormatException>(() => WorkerId.Parse(text));
}
