using System.Buffers;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Wire;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Wire;

/// <summary>Bytes that real Nix wrote are read, and written again as they were.</summary>
public sealed class WorkerGoldenTests
{
    private const string Base = "g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-";
    private static readonly StoreDir s_nix = StoreDir.Default;

    private static ProtocolTerms Terms(byte minor, ProtocolFeatures features = ProtocolFeatures.None) =>
        new(s_nix, new ProtocolVersion(1, minor), features);

    private static WireReader Open(string file, out byte[] bytes, string folder = "worker-protocol")
    {
        bytes = Vectors.Read("golden", folder, $"{file}.bin");
        return new WireReader(new MemoryStream(bytes));
    }

    private static byte[] Written(Action<WireWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }

    [Theory]
    [InlineData("build-result-1.28", 28, ProtocolFeatures.None, false)]
    [InlineData("build-result-1.29-compat", 29, ProtocolFeatures.None, false)]
    [InlineData("build-result-realisation-with-path-not-hash", 38, ProtocolFeatures.RealisationWithPathNotHash, true)]
    public async Task Build_results_are_read_in_each_layout(
        string file,
        byte minor,
        ProtocolFeatures features,
        bool isWrittenAlike
    )
    {
        using var reader = Open(file, out var bytes);
        var terms = Terms(minor, features);
        var results = new List<BuildResult>();
        for (var i = 0; i < 3; i++)
            results.Add(await reader.ReadBuildResultAsync(terms, default));
        Assert.Equal(bytes.Length, reader.PositionBytes);
        Assert.Equal(
            [BuildStatus.OutputRejected, BuildStatus.NotDeterministic, BuildStatus.Built],
            results.Select(result => result.Status)
        );
        Assert.Equal("no idea why", results[0].ErrorMessage);
        Assert.Equal(["bar", "foo"], results[2].BuiltOutputs.Keys);
        Assert.Equal(StorePath.Parse(Base + "foo"), results[2].BuiltOutputs["foo"].OutPath);
        if (minor >= 29)
        {
            Assert.True(results[1].IsNonDeterministic);
            Assert.Equal(3UL, results[1].TimesBuilt);
            Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(30), results[1].StartTime);
        }
        if (minor >= 37)
            Assert.Equal(TimeSpan.FromSeconds(604), results[2].CpuSystem);
        var written = Written(writer => results.ForEach(result => writer.WriteBuildResult(terms, result)));
        if (isWrittenAlike)
            Assert.Equal(bytes, written);
        using var again = new WireReader(new MemoryStream(written));
        foreach (var result in results)
            Assert.Equal(result, await again.ReadBuildResultAsync(terms, default));
    }

    [Fact]
    public async Task Realisations_are_named_by_path()
    {
        using var keys = Open("drv-output-realisation-with-path-not-hash", out _);
        var drv = StorePath.Parse(Base + "foo.drv");
        Assert.Equal((drv, "baz"), await keys.ReadBuildTraceKeyAsync(s_nix, default));
        Assert.Equal((drv, "quux"), await keys.ReadBuildTraceKeyAsync(s_nix, default));

        var value = Vectors.Read("golden", "worker-protocol", "unkeyed-realisation-realisation-with-path-not-hash.bin");
        var key = Written(writer =>
        {
            writer.WritePath(s_nix, drv);
            writer.WriteText("baz");
        });
        using var whole = new WireReader(new MemoryStream([.. key, .. value]));
        var entry = await whole.ReadBuildTraceEntryAsync(s_nix, default);
        Assert.Equal((drv, "baz"), (entry.DrvPath, entry.OutputName));
        Assert.Equal(value, Written(writer => writer.WriteBuildTraceValue(s_nix, entry)));
    }

    [Fact]
    public async Task Keyed_build_results_name_what_was_wanted()
    {
        using var reader = Open("keyed-build-result-1.29", out var bytes);
        var terms = Terms(29);
        var first = await reader.ReadKeyedBuildResultAsync(terms, default);
        var second = await reader.ReadKeyedBuildResultAsync(terms, default);
        Assert.Equal(new DerivedPath.Opaque(StorePath.Parse(Base + "xxx")), first.Wanted);
        Assert.Equal(DerivedPath.Of(StorePath.Parse(Base + "bar.drv"), new OutputsSpec.Names("out")), second.Wanted);
        Assert.Equal(
            bytes,
            Written(writer =>
            {
                writer.WriteKeyedBuildResult(terms, first);
                writer.WriteKeyedBuildResult(terms, second);
            })
        );
    }

    [Fact]
    public async Task Derived_paths_keep_a_derivation_apart_from_its_outputs()
    {
        using var reader = Open("derived-path-1.30", out var bytes);
        var terms = Terms(30);
        var paths = new List<DerivedPath>();
        while (reader.PositionBytes < bytes.Length)
            paths.Add(await reader.ReadDerivedPathAsync(terms, default));
        var drv = StorePath.Parse(Base + "bar.drv");
        Assert.Equal(
            [
                new DerivedPath.Opaque(StorePath.Parse(Base + "foo")),
                new DerivedPath.Opaque(StorePath.Parse(Base + "foo.drv")),
                DerivedPath.Of(drv, new OutputsSpec.All()),
                DerivedPath.Of(drv, new OutputsSpec.Names("x", "y")),
            ],
            paths
        );
        Assert.Equal(bytes, Written(writer => paths.ForEach(path => writer.WriteDerivedPath(terms, path))));
    }

    [Fact]
    public async Task Before_version_30_a_bare_derivation_means_all_its_outputs()
    {
        var drv = StorePath.Parse(Base + "bar.drv");
        var bytes = Written(writer => writer.WritePath(s_nix, drv));
        using var reader = new WireReader(new MemoryStream(bytes));
        var path = await reader.ReadDerivedPathAsync(Terms(29), default);
        Assert.Equal(DerivedPath.Of(drv, new OutputsSpec.All()), path);
        Assert.Equal(bytes, Written(writer => writer.WriteDerivedPath(Terms(29), path)));
        Assert.Throws<NixFormatException>(() =>
            Written(writer => writer.WriteDerivedPath(Terms(29), new DerivedPath.Opaque(drv)))
        );
    }

    [Fact]
    public async Task Path_infos_of_the_old_layout_end_with_the_size()
    {
        using var reader = Open("valid-path-info-1.15", out var bytes);
        var terms = Terms(15);
        var first = await reader.ReadPathInfoAsync(terms, default);
        var second = await reader.ReadPathInfoAsync(terms, default);
        Assert.Equal(34878, first.NarSizeBytes);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(23423), second.RegistrationTime);
        Assert.Equal(2, second.References.Count);
        Assert.Equal(
            bytes,
            Written(writer =>
            {
                writer.WritePathInfo(terms, first);
                writer.WritePathInfo(terms, second);
            })
        );
    }

    [Fact]
    public async Task Optional_paths_are_empty_where_there_is_none()
    {
        using var reader = Open("optional-store-path", out var bytes);
        Assert.Null(await reader.ReadOptionalPathAsync(s_nix, default));
        var path = await reader.ReadOptionalPathAsync(s_nix, default);
        Assert.Equal(StorePath.Parse(Base + "foo-bar"), path);
        Assert.Equal(
            bytes,
            Written(writer =>
            {
                writer.WriteOptionalPath(s_nix, null);
                writer.WriteOptionalPath(s_nix, path);
            })
        );
    }

    [Fact]
    public async Task Build_modes_are_the_numbers_of_nix()
    {
        using var reader = Open("build-mode", out var bytes);
        Assert.Equal(BuildMode.Normal, await reader.ReadBuildModeAsync(default));
        Assert.Equal(BuildMode.Repair, await reader.ReadBuildModeAsync(default));
        Assert.Equal(BuildMode.Check, await reader.ReadBuildModeAsync(default));
        Assert.Equal(bytes.Length, reader.PositionBytes);
    }

    [Fact]
    public async Task Strings_are_bytes()
    {
        using var reader = Open("string", out var bytes, "common-protocol");
        var strings = new List<ByteString>();
        while (reader.PositionBytes < bytes.Length)
            strings.Add(await reader.ReadBytesAsync(WireLimits.MaxTextBytes, default));
        Assert.Equal(5, strings.Count);
        Assert.Equal(bytes, Written(writer => strings.ForEach(text => writer.WriteBytes(text.Span))));
    }
}
