using System.Collections.Immutable;
using Farm.Store.Hashing;
using Farm.Store.Paths;

namespace Farm.Worker.Sandboxes;

/// <summary>One build as <c>farm-sandbox</c> runs it: what is seen inside, who runs what, and the limits.</summary>
/// <remarks>Complete: the helper looks up nothing but the files named here. Not compared by value.</remarks>
public sealed record SandboxSpec
{
    /// <summary>A directory of the host with mode 0700, for this build alone, on the store's file system. Nothing is in it, but
    /// perhaps, empty, <see cref="OutputDirectoryName"/>, where the outputs appear, and <see cref="TemporaryDirectoryName"/>.</summary>
    public required string ScratchDirectory { get; init; }

    /// <summary>A directory of the host, the worker's alone and on the store's file system, where the helper keeps what inputs
    /// are mounted on from build to build; null where it makes them for each.</summary>
    public string? MountPoints { get; init; }

    /// <summary>The store directory as seen inside.</summary>
    public StoreDir StoreDir { get; init; } = StoreDir.Default;

    /// <summary>The build directory as seen inside; also the working directory.</summary>
    public string BuildDirectory { get; init; } = "/build";

    public string HostName { get; init; } = "localhost";

    public string DomainName { get; init; } = "(none)";

    /// <summary>Mount option of <c>/dev/shm</c>.</summary>
    public string SharedMemoryOption { get; init; } = "size=50%";

    /// <summary>Share the host's network; otherwise there is only a loopback interface of the build's own.</summary>
    public bool KeepsNetwork { get; init; }

    /// <summary>Give the builder a user namespace when the helper runs as root. Without root there always is one.</summary>
    public bool UsesUserNamespace { get; init; } = true;

    /// <summary>No sandbox: the builder is a process of the host, the scratch directory is its build directory, and outputs are made
    /// where they are to be in the store.</summary>
    public bool IsUnconfined { get; init; }

    /// <summary>End what else the build user runs on the host before the builder begins; without a sandbox alone.</summary>
    public bool EndsOthersOfUser { get; init; }

    /// <summary>The scratch directory has a socket of the name <see cref="NixSocketName"/>, which the builder finds in its build
    /// directory. Further inputs may then come while it runs.</summary>
    public bool HasNixSocket { get; init; }

    /// <summary>Show <c>/dev/kvm</c> where the host has it.</summary>
    public bool HasKvm { get; init; }

    /// <summary>The given binds cover <c>/dev</c>: make nothing there.</summary>
    public bool HasGivenDevices { get; init; }

    public required SandboxIds Ids { get; init; }

    /// <summary>Argument of <c>personality(2)</c>.</summary>
    public ulong Personality { get; init; } = Personalities.NoRandomLayout;

    /// <summary>The input closure, shown read-only in the store directory. A symbolic link is made anew.</summary>
    public ImmutableArray<SandboxInput> Inputs { get; init; } = [];

    /// <summary>Other paths of the host, in the order in which they are mounted.</summary>
    public ImmutableArray<SandboxBind> Binds { get; init; } = [];

    /// <summary>Files that the build directory has at first; they belong to the builder.</summary>
    public ImmutableArray<SandboxFile> BuildFiles { get; init; } = [];

    /// <summary>Files of <c>/etc</c>.</summary>
    public ImmutableArray<SandboxFile> EtcFiles { get; init; } = [];

    /// <summary>Directories of the control groups that the sandbox is put in, one in each tree.</summary>
    public ImmutableArray<string> ControlGroups { get; init; } = [];

    public ImmutableArray<SandboxLimit> Limits { get; init; } = [SandboxLimit.NoCoreFiles];

    /// <summary>Path of the builder as seen inside.</summary>
    public required ByteString Builder { get; init; }

    /// <summary>The whole argument list, the program's name first.</summary>
    public required ImmutableArray<ByteString> Arguments { get; init; }

    /// <summary>The whole environment.</summary>
    public required ImmutableSortedDictionary<ByteString, ByteString> Environment { get; init; }

    /// <summary>The system call filter as classic BPF, eight bytes an instruction; empty for none.</summary>
    public ByteString Filter { get; init; }

    /// <summary>Longest run; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Longest time without output; null for no limit.</summary>
    public TimeSpan? MaxSilent { get; init; }

    /// <summary>Most bytes of output; null for no limit.</summary>
    public long? MaxLogBytes { get; init; }

    /// <summary>Name of the subdirectory of the scratch directory where the builder's outputs are.</summary>
    public const string OutputDirectoryName = "store";

    /// <summary>Name of the subdirectory of the scratch directory that is the build directory.</summary>
    public const string BuildDirectoryName = "build";

    /// <summary>Name of the subdirectory of the scratch directory that is <c>/tmp</c>.</summary>
    public const string TemporaryDirectoryName = "tmp";

    /// <summary>Name of the socket of Nix's daemon; Nix's own.</summary>
    public const string NixSocketName = ".nix-socket";

    /// <summary>Where the host finds an output after the build.</summary>
    public string OutputPath(StorePath output) =>
        IsUnconfined ? StoreDir.Print(output) : $"{ScratchDirectory}/{OutputDirectoryName}/{output}";

    /// <summary>Where the host finds the build directory.</summary>
    public string BuildPath => IsUnconfined ? ScratchDirectory : $"{ScratchDirectory}/{BuildDirectoryName}";
}
