using System.Collections.Immutable;
using System.Text;
using Farm.Store.BinaryCaches;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Worker.Builtins;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Builtins;

/// <summary>Runs builders that are part of the worker on a few inputs.</summary>
internal sealed class BuiltinBench : IDisposable
{
    private static readonly StorePath s_output = StorePath.Parse("0qmn2l8wrkar36vxrfcxbgp7qbn7793q-made");

    private readonly TemporaryDirectory _directory = new();
    private readonly FileDownloads _downloads;
    private readonly List<SandboxInput> _inputs = [];
    private readonly StringBuilder _log = new();

    public BuiltinBench(HttpCacheSettings? settings = null) =>
        _downloads = new(settings ?? new() { Attempts = 1 }, TimeProvider.System);

    public string Log => _log.ToString();

    /// <summary>Where the output is.</summary>
    public string Output => Path.Combine(_directory.Path, "scratch/store", s_output.ToString());

    /// <summary>A directory that is an input; its full name inside, and where it is.</summary>
    public (string Inside, string Place) Input(string name)
    {
        var path = StorePath.Parse($"{Sha256Digest.Compute(Encoding.UTF8.GetBytes(name)).ToNixBase32()[..32]}-{name}");
        var place = Directory.CreateDirectory(Path.Combine(_directory.Path, name)).FullName;
        _inputs.Add(new(path, place));
        return (StoreDir.Default.Print(path), place);
    }

    /// <summary>A file beside the inputs, which no builder sees.</summary>
    public string Outside(string name) => _directory.File(name);

    public async Task<int> RunAsync(string builder, bool hasNetwork, params (string Name, string Value)[] attributes)
    {
        var spec = new SandboxSpec
        {
            ScratchDirectory = Directory.CreateDirectory(Path.Combine(_directory.Path, "scratch")).FullName,
            Ids = new SandboxIds(1000, 100),
            Builder = ByteString.FromUtf8(builder),
            Arguments = [],
            Environment = attributes
                .Append(("out", StoreDir.Default.Print(s_output)))
                .ToImmutableSortedDictionary(
                    attribute => ByteString.FromUtf8(attribute.Item1),
                    attribute => ByteString.FromUtf8(attribute.Item2)
                ),
            Inputs = [.. _inputs],
            KeepsNetwork = hasNetwork,
        };
        Assert.True(BuiltinBuild.Is(spec));
        var result = await new BuiltinBuild(spec, _downloads).RunAsync(
            bytes =>
            {
                _log.Append(Encoding.UTF8.GetString(bytes.Span));
                return ValueTask.CompletedTask;
            },
            CancellationToken.None
        );
        return Assert.IsType<SandboxResult.Exited>(result).Code;
    }

    public void Dispose()
    {
        _downloads.Dispose();
        _directory.Dispose();
    }
}
