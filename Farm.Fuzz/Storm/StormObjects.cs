using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Nar;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Fuzz.Storm;

/// <summary>Makes the objects of a storm: archives, trees from files, texts that refer to others, and pairs of build outputs. Their
/// files share few contents, so that there is much to link.</summary>
/// <param name="storeDir">Of the store.</param>
/// <param name="scratch">A folder of its own on the store's file system.</param>
/// <param name="seed">Tells contents and references.</param>
internal sealed class StormObjects(StoreDir storeDir, string scratch, int seed)
{
    private const int FilesInTree = 12;
    private const int Contents = 40;

    private readonly Random _random = new(seed);

    public ImmutableArray<StormObject> Make(int count)
    {
        var made = new List<StormObject>();
        for (var number = 0; number < count; number++)
        {
            switch (number % 4)
            {
                case 0:
                    made.Add(Archive(number));
                    break;
                case 1:
                    made.Add(Files(number));
                    break;
                case 2:
                    made.Add(Text($"text-{number}", Some(made, 3)));
                    break;
                default:
                    made.AddRange(Outputs(number, Some(made, 2)));
                    break;
            }
        }
        return [.. made];
    }

    public StormObject Text(string name, ImmutableArray<StormObject> references)
    {
        var paths = references.Select(reference => reference.Path).ToImmutableSortedSet();
        var text = Encoding.UTF8.GetBytes($"{name}\n{string.Join('\n', paths.Select(storeDir.Print))}\n");
        var full = StorePathName.Parse(name);
        return new StormObject(
            StorePathMaker.Text(storeDir, full, Sha256Digest.Compute(text), paths),
            references,
            (store, ct) => store.AddTextAsync(full, text, paths, ct)
        );
    }

    private StormObject Archive(int number)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new NarWriter(output);
        writer.BeginDirectory([]);
        for (var file = 0; file < FilesInTree; file++)
        {
            var contents = Content();
            writer.BeginRegular(Encoding.ASCII.GetBytes($"file-{file:D2}"), file % 3 == 0, contents.Length);
            writer.WriteContents(contents);
            writer.EndRegular();
        }
        writer.BeginDirectory("sub"u8);
        writer.WriteSymlink("link"u8, "../file-00"u8);
        writer.EndDirectory();
        writer.EndDirectory();
        var nar = output.WrittenSpan.ToArray();
        var hash = Sha256Digest.Compute(nar);
        var name = StorePathName.Parse($"archive-{number}");
        var info = new PathInfo
        {
            Path = StorePathMaker.Source(storeDir, name, hash, [], false),
            NarHash = hash,
            NarSizeBytes = nar.Length,
        };
        return new StormObject(info.Path, [], (store, ct) => store.AddFromNarAsync(info, new MemoryStream(nar), ct));
    }

    /// <summary>Files on disk, added as <c>nix-store --add</c> does.</summary>
    private StormObject Files(int number)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, $"files-{number}")).FullName;
        var output = new ArrayBufferWriter<byte>();
        var writer = new NarWriter(output);
        writer.BeginDirectory([]);
        for (var file = 0; file < FilesInTree; file++)
        {
            var contents = Content();
            File.WriteAllBytes($"{folder}/file-{file:D2}", contents);
            writer.BeginRegular(Encoding.ASCII.GetBytes($"file-{file:D2}"), false, contents.Length);
            writer.WriteContents(contents);
            writer.EndRegular();
        }
        writer.EndDirectory();
        var name = StorePathName.Parse($"files-{number}");
        var path = StorePathMaker.Source(storeDir, name, Sha256Digest.Compute(output.WrittenSpan), [], false);
        return new StormObject(
            path,
            [],
            (store, ct) => store.AddFileTreeAsync(name, folder, ContentAddressMethod.Nar, HashAlgorithm.Sha256, ct)
        );
    }

    /// <summary>Two outputs of one build, the second referring to the first, registered together whichever is wanted.</summary>
    private IEnumerable<StormObject> Outputs(int number, ImmutableArray<StormObject> inputs)
    {
        var (dev, main) = (OutputPath($"built-{number}-dev"), OutputPath($"built-{number}"));
        var contents = Content();
        var references = string.Join('\n', inputs.Select(input => storeDir.Print(input.Path)));
        async Task RegisterAsync(LocalStore store, CancellationToken ct)
        {
            var made = Directory.CreateDirectory(Path.Combine(scratch, $"build-{Guid.NewGuid():N}")).FullName;
            await File.WriteAllBytesAsync($"{made}/dev", contents, ct);
            Directory.CreateDirectory($"{made}/out/bin");
            await File.WriteAllBytesAsync($"{made}/out/same", contents, ct);
            await File.WriteAllTextAsync($"{made}/out/bin/uses", $"{references}\n{storeDir.Print(dev)}\n", ct);
            await store.RegisterOutputsAsync(
                [new BuiltOutput(main, $"{made}/out"), new BuiltOutput(dev, $"{made}/dev")],
                [.. inputs.Select(input => input.Path)],
                deriver: null,
                ct
            );
            Directory.Delete(made, recursive: true);
        }
        var devObject = new StormObject(dev, inputs, RegisterAsync);
        return [devObject, new StormObject(main, [.. inputs, devObject], RegisterAsync)];
    }

    private static StorePath OutputPath(string name) =>
        StorePath.Create(
            StorePathHash.Fold(Sha256Digest.Compute(Encoding.ASCII.GetBytes(name))),
            StorePathName.Parse(name)
        );

    private byte[] Content() => Encoding.ASCII.GetBytes($"content number {_random.Next(Contents)} of the storm\n");

    private ImmutableArray<StormObject> Some(List<StormObject> made, int most) =>
        [.. Enumerable.Range(0, 1 + _random.Next(most)).Select(_ => made[_random.Next(made.Count)]).Distinct()];
}
