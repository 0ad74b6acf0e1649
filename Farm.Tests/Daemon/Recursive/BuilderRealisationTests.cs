using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Store.Realisations;
using Farm.Store.Wire;
using Farm.Tests.Daemon.Support;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Recursive;

/// <summary>What a builder learns of outputs whose paths are known only once they are built.</summary>
public sealed class BuilderRealisationTests
{
    [SandboxTheory]
    [InlineData(35)]
    [InlineData(38, "realisation-with-path-not-hash")]
    public async Task It_learns_what_an_output_has_come_to_where_it_sees_that(byte minor, params string[] features)
    {
        await using var harness = await BuilderHarness.OpenAsync();
        await using var client = await harness.ConnectAsync(minor, features);
        var realisations = new StoreRealisations(harness.Store);
        foreach (var (sample, isSeen) in ((SampleObject, bool)[])[(harness.Seen, true), (harness.Unseen, false)])
        {
            var (drvPath, outPath) = (BuilderHarness.Named('h', $"{sample.Info.Path.Name}.drv"), sample.Info.Path);
            var id = new DerivationOutputId(Sha256Digest.Compute(Encoding.UTF8.GetBytes($"{drvPath}")).ToHash(), "out");
            await realisations.RegisterAsync(new Realisation { Id = id, OutPath = outPath }, default);
            var entry = new BuildTraceEntry
            {
                DrvPath = drvPath,
                OutputName = "out",
                OutPath = outPath,
            };
            await realisations.RegisterAsync(entry, default);

            Assert.Null(await client.CallAsync(WorkerOperation.QueryRealisation, WriteKey));
            Assert.Equal(isSeen, await client.Reader.ReadBoolAsync(default));
            if (isSeen && client.Terms.NamesRealisationsByPath)
            {
                Assert.Equal(outPath, await client.Reader.ReadPathAsync(StoreDir.Default, default));
                Assert.Empty(await client.Reader.ReadTextsAsync(default));
            }
            else if (isSeen)
            {
                var json = await client.Reader.ReadTextAsync(default);
                Assert.Equal(outPath, RealisationJson.Parse(Encoding.UTF8.GetBytes(json)).OutPath);
            }
            Assert.Contains(
                "is not supported in recursive Nix",
                await client.CallAsync(WorkerOperation.RegisterDrvOutput, WriteEntry),
                StringComparison.Ordinal
            );

            void WriteKey(WireWriter writer)
            {
                if (client.Terms.NamesRealisationsByPath)
                    writer.WritePath(StoreDir.Default, drvPath);
                writer.WriteText(client.Terms.NamesRealisationsByPath ? "out" : id.ToString());
            }

            void WriteEntry(WireWriter writer)
            {
                if (client.Terms.NamesRealisationsByPath)
                {
                    WriteKey(writer);
                    writer.WriteBuildTraceValue(StoreDir.Default, entry);
                }
                else
                {
                    writer.WriteText(RealisationJson.Print(new Realisation { Id = id, OutPath = outPath }));
                }
            }
        }
    }
}
