using System.Text;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Collector;

/// <summary>A store with derivations that real Nix has made, outputs of some of them, and roots; all drawn from a seed.</summary>
internal sealed class NixMadeStore : IAsyncDisposable
{
    private static readonly CancellationToken s_ct = CancellationToken.None;

    private NixMadeStore(TemporaryStore temporary, RealNix nix) => (Temporary, Nix) = (temporary, nix);

    public TemporaryStore Temporary { get; }

    public RealNix Nix { get; }

    public static async Task<NixMadeStore> CreateAsync(int seed, int derivations, ImmutableBit immutable)
    {
        var random = new Random(seed);
        var temporary = await TemporaryStore.OpenAsync(immutable);
        var root = temporary.Settings.Layout.Root;
        await temporary.CloseAsync();
        var made = new NixMadeStore(temporary, RealNix.OnStoreAt(root));
        var file = temporary.Work("some.nix");
        await File.WriteAllTextAsync(file, Expression(random, derivations), s_ct);
        var drvs = await made.Nix.InstantiateAsync(file, [], s_ct);
        await temporary.ReopenAsync();
        var known = new List<StorePath>(drvs);
        foreach (var drv in drvs)
        {
            if (random.Next(3) > 0)
                known.Add(
                    await made.RegisterAsync(drv, known.Where(path => !path.IsDerivation && random.Next(4) == 0))
                );
        }
        Directory.CreateDirectory(temporary.Settings.Layout.RootsDir);
        for (var number = 0; number < 3; number++)
        {
            var target = temporary.Settings.Layout.StoreDir.Print(known[random.Next(known.Count)]);
            File.CreateSymbolicLink($"{temporary.Settings.Layout.RootsDir}/root-{number}", target);
        }
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        await Temporary.DisposeAsync();
        Nix.Dispose();
    }

    /// <summary>As if the derivation had been built: an output that refers to these paths.</summary>
    private async Task<StorePath> RegisterAsync(StorePath drv, IEnumerable<StorePath> references)
    {
        var layout = Temporary.Settings.Layout;
        var text = await File.ReadAllBytesAsync(layout.ToPhysical(drv), s_ct);
        var output = OutputPaths.Known(DerivationParser.Parse(layout.StoreDir, drv, text))["out"];
        StorePath[] all = [.. references];
        var file = Temporary.Work($"made-{drv.Hash}");
        Directory.CreateDirectory(file);
        await File.WriteAllTextAsync($"{file}/text", string.Join('\n', all.Select(path => path.ToString())), s_ct);
        await Temporary.Store.RegisterOutputsAsync([new BuiltOutput(output, file)], all, drv, s_ct);
        return output;
    }

    private static string Expression(Random random, int derivations)
    {
        var text = new StringBuilder("let\n");
        for (var number = 0; number < derivations; number++)
        {
            var inputs = Enumerable.Range(0, number).Where(_ => random.Next(5) == 0).Select(input => $"d{input}");
            text.Append(
                $$"""
                  d{{number}} = derivation {
                    name = "d{{number}}"; system = "x86_64-linux"; builder = "/bin/sh"; inputs = [ {{string.Join(
                    ' ',
                    inputs
                )}} ];
                  };

                """
            );
        }
        var all = Enumerable.Range(0, derivations).Select(number => $"d{number}");
        return text.Append($"in [ {string.Join(' ', all)} ]\n").ToString();
    }
}
