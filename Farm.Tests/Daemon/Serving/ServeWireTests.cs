using System.Buffers;
using System.Collections.Immutable;
using Farm.Daemon.Serving;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Serving;

/// <summary>What is laid out here is, byte for byte, what Nix's own tests have.</summary>
public sealed class ServeWireTests
{
    private static readonly Hash DerivationHash = Hash.Parse(
        "sha256:6f869f9ea2823bda165e06076fd0de4366dead2c0e8d2dbbad277d4f15c373f5"
    );

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(8)]
    public void Build_results_are_those_of_nix(byte minor)
    {
        var times = minor >= 3;
        BuildResult[] results =
        [
            BuildResult.Failed(BuildStatus.OutputRejected, "no idea why"),
            BuildResult.Failed(BuildStatus.NotDeterministic, "no idea why") with
            {
                IsNonDeterministic = times,
                TimesBuilt = 3,
                StartTime = DateTimeOffset.FromUnixTimeSeconds(30),
                StopTime = DateTimeOffset.FromUnixTimeSeconds(50),
            },
            new BuildResult
            {
                Status = BuildStatus.Built,
                TimesBuilt = 1,
                StartTime = DateTimeOffset.FromUnixTimeSeconds(30),
                StopTime = DateTimeOffset.FromUnixTimeSeconds(50),
                BuiltOutputs = ImmutableSortedDictionary
                    .Create<string, Realisation>(StringComparer.Ordinal)
                    .Add("bar", Output("bar"))
                    .Add("foo", Output("foo")),
            },
        ];
        var written = Written(writer =>
        {
            foreach (var result in results)
                writer.WriteServeResult(StoreDir.Default, new ProtocolVersion(2, minor), result);
        });
        Assert.Equal(Vectors.Read("serve", $"build-result-2.{minor}.bin"), written);
    }

    [Fact]
    public void What_is_recorded_of_a_path_is_written_as_nix_writes_it()
    {
        var drv = StorePath.Parse("g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-bar.drv");
        var bare = new PathInfo
        {
            Path = drv,
            NarHash = Sha256Digest.Compute(ReadOnlySpan<byte>.Empty),
            NarSizeBytes = 34878,
        };
        var full = bare with
        {
            Deriver = drv,
            References = [StorePath.Parse("g1w7hyyyy1w7hy3qg1w7hy3qgqqqqy3q-foo.drv")],
        };
        var written = Written(writer =>
        {
            writer.WriteServeInfo(StoreDir.Default, new ProtocolVersion(2, 3), bare);
            writer.WriteServeInfo(StoreDir.Default, new ProtocolVersion(2, 3), full);
        });
        Assert.Equal(Vectors.Read("serve", "unkeyed-valid-path-info-2.3.bin"), written);
    }

    [Fact]
    public async Task A_clients_options_are_its_settings()
    {
        using var reader = new WireReader(new MemoryStream([.. Numbers(5, 6, 7, 0, 1, 1)]));
        var terms = new ServeTerms.Agreed(StoreDir.Default, new ProtocolVersion(2, 7), MayWrite: true, IsTrusted: true);
        var settings = await reader.ReadServeOptionsAsync(terms, holds: null, CancellationToken.None);
        Assert.Equal(
            (TimeSpan.FromSeconds(5), true, false),
            (settings.MaxSilentTime, settings.KeepFailed, settings.Substitute)
        );
        Assert.Equal(("6", "7"), (settings.Overrides["timeout"], settings.Overrides["max-build-log-size"]));
    }

    [Fact]
    public async Task Repeated_builds_are_refused()
    {
        using var reader = new WireReader(new MemoryStream([.. Numbers(5, 6, 7, 8, 1)]));
        var terms = new ServeTerms.Agreed(StoreDir.Default, new ProtocolVersion(2, 3), MayWrite: true, IsTrusted: true);
        await Assert.ThrowsAsync<ServeException>(async () =>
            await reader.ReadServeOptionsAsync(terms, holds: null, CancellationToken.None)
        );
    }

    private static IEnumerable<byte> Numbers(params ulong[] numbers) => numbers.SelectMany(BitConverter.GetBytes);

    private static Realisation Output(string name) =>
        new()
        {
            Id = new DerivationOutputId(DerivationHash, name),
            OutPath = StorePath.Parse($"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-{name}"),
        };

    private static byte[] Written(Action<WireWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(new WireWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
