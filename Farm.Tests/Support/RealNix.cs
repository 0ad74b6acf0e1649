using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Store.Paths;

namespace Farm.Tests.Support;

/// <summary>The real Nix, on a store of its own below a temporary directory, or on another store given by its root.</summary>
/// <remarks>Nothing of the machine's Nix is used but its programs: no configuration, no profile, no daemon, no substituter.</remarks>
public sealed class RealNix : IDisposable
{
    private static readonly string[] Programs = ["nix-instantiate", "nix-store"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("farm-real-nix-");

    public RealNix()
        : this(null) { }

    private RealNix(string? root)
    {
        Root = root ?? _directory.CreateSubdirectory("root").FullName;
        var configuration = _directory.CreateSubdirectory("conf").FullName;
        File.WriteAllLines(
            Path.Combine(configuration, "nix.conf"),
            ["build-users-group =", "substituters =", "sandbox = true", "sandbox-paths = /bin/sh=/bin/busybox"]
        );
    }

    /// <summary>The first of the programs that is not on <c>PATH</c>; null where all are.</summary>
    public static string? MissingProgram => Array.Find(Programs, program => Find(program) is null);

    /// <summary>Physical root: the store is in <c>nix/store</c> below it.</summary>
    public string Root { get; }

    /// <summary>The store as its paths name it.</summary>
    public StoreDir StoreDir { get; } = StoreDir.Default;

    /// <summary>Where a store path really is.</summary>
    public string Physical(StorePath path) => Root + StoreDir.Print(path);

    /// <summary>Works on the store with this physical root, and leaves it there at the end.</summary>
    public static RealNix OnStoreAt(string root) => new(root);

    /// <summary>Evaluates an expression to the derivations that it is, without building any.</summary>
    /// <param name="arguments">Such as <c>-A</c>, <c>--argstr</c> and what belongs to them.</param>
    public async Task<ImmutableArray<StorePath>> InstantiateAsync(
        string expression,
        IReadOnlyList<string> arguments,
        CancellationToken ct
    ) => Paths(await RunAsync("nix-instantiate", [expression, .. arguments], ct));

    /// <summary>The paths and everything that they refer to, directly or not.</summary>
    public async Task<ImmutableArray<StorePath>> RequisitesAsync(
        IReadOnlyList<StorePath> paths,
        CancellationToken ct
    ) => Paths(await RunAsync("nix-store", ["--query", "--requisites", .. paths.Select(StoreDir.Print)], ct));

    /// <summary>Runs a program of Nix's on the store.</summary>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="InvalidOperationException">It exited with another code than 0; the message has its words.</exception>
    public Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct) =>
        StartAsync(Found(program), ["--store", Root, .. arguments], ct);

    /// <summary>Runs a shell's script, for what needs redirections; the script names the store itself, as <c>--store</c>.</summary>
    /// <exception cref="InvalidOperationException">It exited with another code than 0; the message has its words.</exception>
    public Task<string> RunShellAsync(string script, CancellationToken ct) => StartAsync("/bin/sh", ["-c", script], ct);

    /// <summary>Runs a program of Nix's on the store, whatever comes of it.</summary>
    /// <param name="environment">Variables that the program has besides.</param>
    public Task<(int ExitCode, string Output, string Error)> TryRunAsync(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken ct
    ) => ToEndAsync(Found(program), ["--store", Root, .. arguments], environment, ct);

    private async Task<string> StartAsync(string file, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var run = await ToEndAsync(file, arguments, ImmutableDictionary<string, string>.Empty, ct);
        return run.ExitCode == 0
            ? run.Output
            : throw new InvalidOperationException($"'{file}' exited with {run.ExitCode}: {run.Error}");
    }

    private async Task<(int ExitCode, string Output, string Error)> ToEndAsync(
        string file,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken ct
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.FullName,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = _directory.FullName;
        start.Environment["NIX_CONF_DIR"] = Path.Combine(_directory.FullName, "conf");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process =
            Process.Start(start) ?? throw new InvalidOperationException($"'{file}' could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        try
        {
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose()
    {
        // Nix leaves folders of its store without permission to write; root needs none. Links are left out: what they lead to,
        // which may be anywhere on the machine, is not the test's.
        var foldersOnly = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var directory in _directory.EnumerateDirectories("*", foldersOnly))
            directory.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        _directory.Delete(recursive: true);
    }

    private static string Found(string program) =>
        Find(program) ?? throw new InvalidOperationException($"The program '{program}' is not on PATH.");

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    // nix-instantiate names an output other than `out` as drv!output.
    private ImmutableArray<StorePath> Paths(string output) =>
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => StoreDir.ParsePath(line.Split('!')[0])),
        ];
}
