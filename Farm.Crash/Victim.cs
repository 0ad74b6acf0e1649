using System.Globalization;
using System.Text;
using Farm.Store;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Crash;

/// <summary>Owns a store and does everything to it at once, until it is killed.</summary>
public sealed class Victim(string root, int seed)
{
    /// <summary>What it prints when the store is open.</summary>
    public const string Ready = "open";

    private const int Workers = 6;
    private const int Names = 40;
    private const int Contents = 25;

    public static LocalStoreSettings Settings(string root) =>
        new() { Layout = StoreLayout.Create(root, StoreDir.Default), Immutable = ImmutableBit.Auto };

    public async Task RunAsync()
    {
        var system = ActorSystem.Create("victim");
        var store = await LocalStore.OpenAsync(Settings(root), system, TimeProvider.System, CancellationToken.None);
        await Console.Out.WriteLineAsync(Ready);
        await Console.Out.FlushAsync();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(store, worker))));
    }

    private async Task WorkAsync(LocalStore store, int worker)
    {
        var random = new Random(HashCode.Combine(seed, worker));
        while (true)
        {
            try
            {
                await StepAsync(store, worker, random);
            }
            catch (StoreException refusal) when (refusal is StoreException.InUse or StoreException.MissingReference)
            {
                // Another worker was faster; both are right answers.
            }
        }
    }

    private Task StepAsync(LocalStore store, int worker, Random random) =>
        random.Next(10) switch
        {
            < 4 => AddTreeAsync(store, random),
            < 5 => AddTextAsync(store, random),
            < 8 => RegisterAsync(store, worker, random),
            < 9 => DeleteAsync(store, random),
            _ => store.SweepLinksAsync(CancellationToken.None),
        };

    private async Task AddTreeAsync(LocalStore store, Random random)
    {
        var number = random.Next(Names);
        var source = Path.Combine(root, "work", $"{number}");
        if (!Directory.Exists(source))
            return;
        await store.AddFileTreeAsync(
            StorePathName.Parse($"tree-{number}"),
            source,
            ContentAddressMethod.Nar,
            HashAlgorithm.Sha256,
            CancellationToken.None
        );
    }

    private static async Task AddTextAsync(LocalStore store, Random random)
    {
        var valid = await store.AllValidAsync(CancellationToken.None);
        if (valid.IsEmpty)
            return;
        var reference = valid[random.Next(valid.Count)];
        var text = Encoding.ASCII.GetBytes(store.StoreDir.Print(reference));
        await store.AddTextAsync(StorePathName.Parse("note"), text, [reference], CancellationToken.None);
    }

    /// <summary>Two outputs, of which the second refers to the first: both become valid, or none.</summary>
    private async Task RegisterAsync(LocalStore store, int worker, Random random)
    {
        var made = Path.Combine(root, "work", $"outputs-{worker}-{random.Next()}");
        var digit = "0123456789abcdfghijk"[random.Next(20)];
        var first = StorePath.Parse($"{new string(digit, 31)}1-output");
        var second = StorePath.Parse($"{new string(digit, 31)}2-output-doc");
        WriteTree($"{made}/first", digit);
        Directory.CreateDirectory($"{made}/second");
        await File.WriteAllTextAsync($"{made}/second/text", store.StoreDir.Print(first));
        await store.RegisterOutputsAsync(
            [new BuiltOutput(first, $"{made}/first"), new BuiltOutput(second, $"{made}/second")],
            [],
            null,
            CancellationToken.None
        );
        Directory.Delete(made, recursive: true);
    }

    private static async Task DeleteAsync(LocalStore store, Random random)
    {
        var valid = await store.AllValidAsync(CancellationToken.None);
        if (!valid.IsEmpty)
            await store.DeleteAsync(valid[random.Next(valid.Count)], CancellationToken.None);
    }

    /// <summary>Makes the source trees; many of their files are equal.</summary>
    public static void Prepare(string root)
    {
        for (var number = 0; number < Names; number++)
            WriteTree(Path.Combine(root, "work", $"{number}"), number);
    }

    private static void WriteTree(string directory, int number)
    {
        var random = new Random(number);
        for (var file = 0; file < 12; file++)
        {
            var path = Path.Combine(directory, $"{file % 3}", $"{file}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // It is in one.
            File.WriteAllText(path, random.Next(Contents).ToString(CultureInfo.InvariantCulture).PadRight(3000, 'x'));
        }
    }
}
