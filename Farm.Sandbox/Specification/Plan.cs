namespace Farm.Sandbox.Specification;

/// <summary>What to build and in which surroundings: the whole specification in unmanaged memory.</summary>
/// <remarks>The cloned child reads it without any service of the runtime. Texts end in a NUL byte. Everything stays
/// allocated until the process ends.</remarks>
internal unsafe struct Plan
{
    /// <summary>A directory of the host, made by the worker for this build, on the store's file system.</summary>
    public Text Scratch;

    /// <summary>Where mount points wait to be used, on the store's file system; empty for nowhere.</summary>
    public Text MountPoints;

    /// <summary>The store directory as seen inside.</summary>
    public Text StoreDirectory;

    /// <summary>The build directory as seen inside.</summary>
    public Text BuildDirectory;
    public Text HostName;
    public Text DomainName;

    /// <summary>The mount option of <c>/dev/shm</c>, such as <c>size=50%</c>.</summary>
    public Text SharedMemoryOption;
    public PlanFlags Flags;

    /// <summary>Whether further inputs may be shown while the builder runs: without a sandbox it sees them anyway.</summary>
    public readonly bool TakesInputs => (Flags & (PlanFlags.Socket | PlanFlags.Unconfined)) == PlanFlags.Socket;

    public uint SandboxUid;
    public uint SandboxGid;
    public uint HostUid;
    public uint HostGid;
    public ulong Personality;

    public int InputCount;
    public Input* Inputs;
    public int BindCount;
    public Bind* Binds;
    public int BuildFileCount;
    public GivenFile* BuildFiles;
    public int EtcFileCount;
    public GivenFile* EtcFiles;
    public int ControlGroupCount;

    /// <summary>Directories of the host: the control groups that the sandbox is put in.</summary>
    public Text* ControlGroups;
    public int LimitCount;
    public Limit* Limits;

    public Text Builder;
    public byte** Arguments;
    public byte** Environment;
    public Text Filter;

    /// <summary>Milliseconds; 0 is no limit.</summary>
    public long TimeoutMs;

    /// <summary>Milliseconds without output; 0 is no limit.</summary>
    public long SilenceMs;

    /// <summary>Bytes of output; 0 is no limit.</summary>
    public long MaxLogBytes;
}

/// <summary>Switches of the <see cref="Plan"/>; the numbers are those of the specification's text.</summary>
[Flags]
internal enum PlanFlags : uint
{
    None = 0,
    KeepNetwork = 1,
    UserNamespace = 2,
    Kvm = 4,
    GivenDevices = 8,
    WritableInputs = 16,

    /// <summary>No sandbox: the builder is a process of the host, the scratch directory is its build directory.</summary>
    Unconfined = 32,

    /// <summary>The scratch directory has a socket, which the builder gets: further inputs may come while it runs.</summary>
    Socket = 64,

    /// <summary>The user is an account that is there for builds alone, one at a time: what else it runs on the host is ended first.</summary>
    OwnAccount = 128,
}

/// <summary>Bytes followed by a NUL byte that does not count.</summary>
internal unsafe struct Text
{
    public byte* Bytes;
    public int Length;

    public override readonly string ToString() => System.Text.Encoding.UTF8.GetString(Bytes, Length);
}

/// <summary>A path of the store, shown inside under <see cref="Name"/> in the store directory.</summary>
internal struct Input
{
    public Text Source;
    public Text Name;

    /// <summary>Filled by the parent: the source is a symbolic link and was made anew.</summary>
    public bool IsMade;

    /// <summary>Filled by the parent.</summary>
    public bool IsDirectory;
}

/// <summary>A path of the host shown inside at <see cref="Target"/>.</summary>
internal struct Bind
{
    public Text Target;
    public Text Source;
    public BindFlags Flags;
}

[Flags]
internal enum BindFlags : uint
{
    None = 0,
    Optional = 1,
    FollowSource = 2,
    ReadOnly = 4,
}

/// <summary>A file with given content.</summary>
internal struct GivenFile
{
    public Text Name;
    public Text Content;
    public int Mode;
}

/// <summary>A resource limit; <see cref="KeepHard"/> leaves the hard limit as it is.</summary>
internal struct Limit
{
    public const ulong KeepHard = ulong.MaxValue - 1;

    public uint Resource;
    public ulong Soft;
    public ulong Hard;
}
