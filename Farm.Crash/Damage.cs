using System.Diagnostics;
using Farm.Store.Integrity;
using Farm.Store.Paths;

namespace Farm.Crash;

/// <summary>Paths that are damaged on purpose, for the victims to repair. On record, since victims are other processes.</summary>
public sealed class Damage(CrashWorld world)
{
    private const int Most = 3;

    private readonly string _record = world.Work("damaged");

    /// <summary>Those that were damaged since the record was last cleared.</summary>
    public HashSet<StorePath> Paths { get; } =
    [.. File.Exists(world.Work("damaged")) ? File.ReadLines(world.Work("damaged")).Select(StorePath.Parse) : []];

    /// <summary>Whether what a verification has found, and mended, follows from it.</summary>
    public bool Explains(VerifyFinding finding) =>
        finding.IsMended
        && finding switch
        {
            VerifyFinding.Changed changed => Paths.Contains(changed.Path),
            VerifyFinding.Missing missing => Paths.Contains(missing.Path),
            _ => false,
        };

    /// <summary>Forgets what is repaired by now.</summary>
    public void Clear()
    {
        Paths.Clear();
        File.Delete(_record);
    }

    /// <summary>Damages some paths of which there is a good copy. The store is closed.</summary>
    public async Task InflictAsync(IReadOnlyCollection<StorePath> valid, Random random, CancellationToken ct)
    {
        var candidates = valid.Where(path =>
            path.Name is "output" || path.Name.StartsWith("tree-", StringComparison.Ordinal)
        );
        var chosen = candidates.Order().ToArray();
        random.Shuffle(chosen);
        foreach (var path in chosen.Take(random.Next(Most + 1)))
        {
            Paths.Add(path);
            await File.AppendAllTextAsync(_record, $"{path}\n", ct);
            await RunShellAsync(random.Next(3) == 0 ? Removing(path) : Changing(path), ct);
        }
    }

    private string Removing(StorePath path) =>
        $"cd {world.Layout.PhysicalStoreDir} && {{ chattr -R -f -i {path}; rm -rf {path}; chattr -f +i .links/*; true; }}";

    /// <summary>Another file takes the place of one that others may share. Files that share it have its bit from <c>.links</c>.</summary>
    private string Changing(StorePath path) =>
        $"cd {world.Layout.PhysicalStoreDir}/{path} && {{ chattr -f -i 0 0/0; rm -f 0/0; printf other > 0/0; chmod 444 0/0; "
        + "touch -d @1 0/0 0; chattr -f +i ../.links/* 0/0 0; true; }";

    private static async Task RunShellAsync(string script, CancellationToken ct)
    {
        using var shell = Process.Start("/bin/sh", ["-c", script]);
        await shell.WaitForExitAsync(ct);
        if (shell.ExitCode != 0)
            throw new InvalidOperationException($"A path could not be damaged: {script}");
    }
}
