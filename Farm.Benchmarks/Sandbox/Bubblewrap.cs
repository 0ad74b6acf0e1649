using System.Collections.Immutable;
using Farm.Worker.Sandboxes;

namespace Farm.Benchmarks.Sandbox;

/// <summary>bubblewrap, asked for the namespaces and mounts that a build gets.</summary>
internal sealed record Bubblewrap(string Program)
{
    /// <summary>Null where it is not installed.</summary>
    public static Bubblewrap? TryFind() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(directory => Path.Combine(directory, "bwrap"))
            .Where(File.Exists)
            .Select(program => new Bubblewrap(program))
            .FirstOrDefault();

    /// <param name="scratch">Gets the directories that a build has.</param>
    public IEnumerable<string> Arguments(string scratch, ImmutableArray<SandboxInput> inputs, string program)
    {
        foreach (var name in (string[])["store", "build", "tmp"])
            Directory.CreateDirectory(Path.Combine(scratch, name));
        return
        [
            .. "--unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup".Split(' '),
            .. "--uid 1000 --gid 100 --hostname localhost --die-with-parent --new-session --clearenv".Split(' '),
            .. "--cap-drop ALL --proc /proc --dev /dev --dir /etc".Split(' '),
            .. (string[])["--bind", $"{scratch}/tmp", "/tmp"],
            .. (string[])["--bind", $"{scratch}/store", "/nix/store"],
            .. (string[])["--bind", $"{scratch}/build", "/build"],
            .. inputs.SelectMany(input => (string[])["--ro-bind", input.Source, $"/nix/store/{input.Path}"]),
            .. (string[])["--ro-bind", program, "/bin/true", "--chdir", "/build", "/bin/true"],
        ];
    }
}
