using System.Text;
using Farm.Daemon.Building;
using Farm.Daemon.Building.Steps;
using Farm.Daemon.Configuration;
using Farm.Store.Compressing;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Building;

public sealed class StepLogTests
{
    private static readonly StorePath Drv = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)] // such a log is in the file before it ends
    public async Task A_log_that_begins_anew_shows_only_what_differs(int length)
    {
        using var directory = new TemporaryDirectory();
        var heard = new Heard();
        var log = new StepLog(Work(), directory.Path, heard);
        log.ExpectRestarts();
        var first = new string('x', length);
        await WriteAsync($"{first}\ntwo\nthree\nhal");
        await log.RestartAsync();
        await WriteAsync($"{first}\ntwo\nelse\n");
        await log.FinishAsync(CancellationToken.None);
        await log.DisposeAsync();

        Assert.Equal([first, "two", "three", "else"], heard.Lines);
        Assert.Equal<string>([first, "two", "else"], log.Tail);
        var file = Directory.GetFiles(directory.Path, "*.bz2", SearchOption.AllDirectories).Single();
        await using var stream = NarCompression.Bzip2.Decompress(File.OpenRead(file));
        using var reader = new StreamReader(stream);
        Assert.Equal($"{first}\ntwo\nelse\n", await reader.ReadToEndAsync());

        ValueTask WriteAsync(string text) => log.LogAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);
    }

    private static StepWork Work()
    {
        var text = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors/drv", Drv.ToString()));
        var derivation = DerivationParser.Parse(StoreDir.Default, Drv, text);
        var machine = new MachineFacts { Cores = 2, System = "x86_64-linux" };
        var configuration = DaemonConfiguration.From(NixDirectories.From(_ => null), NixSettings.Empty, machine);
        return new StepWork
        {
            DrvPath = Drv,
            Derivation = derivation,
            Options = DerivationOptions.From(derivation),
            Inputs = [],
            PathOf = (_, _) => null,
            Mode = BuildMode.Normal,
            Title = "building",
            Settings = new EffectiveSettings(configuration.Build, configuration.Sandbox),
        };
    }

    private sealed class Heard : IStepListener
    {
        public List<string> Lines { get; } = [];

        public ValueTask BeganAsync(string machine, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask NoteAsync(string text, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask LineAsync(ByteString line, CancellationToken ct)
        {
            Lines.Add(line.ToString());
            return ValueTask.CompletedTask;
        }
    }
}
