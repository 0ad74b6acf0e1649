namespace Farm.Sandbox.Linux;

/// <summary>The system calls of x86-64 Linux that this program uses, by name.</summary>
/// <remarks>Every method returns the kernel's result or the negative errno, allocates nothing and throws nothing, so
/// that it may be called between clone and execve. Texts end in a NUL byte.</remarks>
internal static unsafe class Kernel
{
    public const int CurrentDirectory = -100;

    public static nint Read(int fd, void* buffer, nint length) => Libc.Call(0, fd, (nint)buffer, length);

    public static nint Write(int fd, void* buffer, nint length) => Libc.Call(1, fd, (nint)buffer, length);

    public static nint Open(byte* path, int flags, int mode = 0) => OpenAt(CurrentDirectory, path, flags, mode);

    public static nint OpenAt(int directory, byte* path, int flags, int mode = 0) =>
        Libc.Call(257, directory, (nint)path, flags, mode);

    public static nint Close(int fd) => Libc.Call(3, fd);

    public static nint Poll(PollEntry* entries, int count, int timeoutMs) =>
        Libc.Call(7, (nint)entries, count, timeoutMs);

    public static nint SignalAction(int signal, SignalDisposition* action) =>
        Libc.Call(13, signal, (nint)action, 0, sizeof(ulong));

    public static nint SignalMask(int how, ulong* set) => Libc.Call(14, how, (nint)set, 0, sizeof(ulong));

    public static nint SignalWait(ulong* set, void* info) => Libc.Call(128, (nint)set, (nint)info, 0, sizeof(ulong));

    public static nint Ioctl(int fd, nint request, nint argument) => Libc.Call(16, fd, request, argument);

    public static nint Duplicate(int from, int to, int flags) => Libc.Call(292, from, to, flags);

    public static nint Duplicate(int from, int to) => Libc.Call(33, from, to);

    public static nint Pipe(int* ends, int flags) => Libc.Call(293, (nint)ends, flags);

    /// <summary>Two sockets that are connected with each other.</summary>
    public static nint SocketPair(int domain, int type, int* ends) => Libc.Call(53, domain, type, 0, (nint)ends);

    public static nint SendMessage(int socket, SocketMessage* message, int flags) =>
        Libc.Call(46, socket, (nint)message, flags);

    public static nint ReceiveMessage(int socket, SocketMessage* message, int flags) =>
        Libc.Call(47, socket, (nint)message, flags);

    public static nint ProcessId() => Libc.Call(39);

    public static nint ParentProcessId() => Libc.Call(110);

    public static nint Socket(int domain, int type) => Libc.Call(41, domain, type);

    /// <summary>A process of its own address space; <paramref name="flags"/> are clone flags and the exit signal.</summary>
    public static nint Clone(ulong flags) => Libc.Call(56, (nint)flags);

    public static nint Execute(byte* path, byte** arguments, byte** environment) =>
        Libc.Call(59, (nint)path, (nint)arguments, (nint)environment);

    public static nint Wait(int pid, int* status, int options, ResourceUsage* usage) =>
        Libc.Call(61, pid, (nint)status, options, (nint)usage);

    public static nint Kill(int pid, int signal) => Libc.Call(62, pid, signal);

    public static nint FileControl(int fd, int command, nint argument) => Libc.Call(72, fd, command, argument);

    public static nint ChangeDirectory(byte* path) => Libc.Call(80, (nint)path);

    public static nint ChangeDirectory(int fd) => Libc.Call(81, fd);

    public static nint MakeDirectory(int directory, byte* path, int mode) =>
        Libc.Call(258, directory, (nint)path, mode);

    public static nint Rename(int fromDirectory, byte* from, int toDirectory, byte* to) =>
        Libc.Call(264, fromDirectory, (nint)from, toDirectory, (nint)to);

    /// <summary>Entries of an open directory, as many as fit in.</summary>
    public static nint ReadDirectory(int fd, void* buffer, nint length) => Libc.Call(217, fd, (nint)buffer, length);

    public static nint SymbolicLink(byte* target, int directory, byte* path) =>
        Libc.Call(266, (nint)target, directory, (nint)path);

    public static nint ReadLink(int directory, byte* path, byte* buffer, nint length) =>
        Libc.Call(267, directory, (nint)path, (nint)buffer, length);

    public static nint ChangeMode(int directory, byte* path, int mode) => Libc.Call(268, directory, (nint)path, mode);

    public static nint ChangeMode(int fd, int mode) => Libc.Call(91, fd, mode);

    public static nint ChangeOwner(int directory, byte* path, uint uid, uint gid) =>
        Libc.Call(260, directory, (nint)path, (nint)uid, (nint)gid, 0x100);

    public static nint ChangeOwner(int fd, uint uid, uint gid) => Libc.Call(93, fd, (nint)uid, (nint)gid);

    /// <summary>The mode of a file, symlinks not followed.</summary>
    public static nint FileMode(int directory, byte* path) => FileMode(directory, path, (int)Flags.SymlinkNoFollow);

    /// <summary>The mode of an open file or tree.</summary>
    public static nint FileMode(int fd) => FileMode(fd, Literal.Of("\0"u8), (int)Flags.EmptyPath);

    private static nint FileMode(int directory, byte* path, int flags)
    {
        const int typeAndMode = 3;
        const int modeOffset = 28;
        var answer = stackalloc byte[256];
        var result = Libc.Call(332, directory, (nint)path, flags, typeAndMode, (nint)answer);
        return result < 0 ? result : *(ushort*)(answer + modeOffset);
    }

    public static nint FileModeMask(int mask) => Libc.Call(95, mask);

    public static nint EffectiveUser() => Libc.Call(107);

    public static nint EffectiveGroup() => Libc.Call(108);

    public static nint NewSession() => Libc.Call(112);

    public static nint SetGroups(nint count) => Libc.Call(116, count);

    public static nint SetUser(uint uid) => Libc.Call(117, (nint)uid, (nint)uid, (nint)uid);

    public static nint SetGroup(uint gid) => Libc.Call(119, (nint)gid, (nint)gid, (nint)gid);

    public static nint SetCapabilities(void* header, void* data) => Libc.Call(126, (nint)header, (nint)data);

    public static nint Personality(ulong persona) => Libc.Call(135, (nint)persona);

    public static nint PivotRoot(byte* newRoot, byte* putOld) => Libc.Call(155, (nint)newRoot, (nint)putOld);

    public static nint ProcessControl(int option, nint a = 0, nint b = 0, nint c = 0, nint d = 0) =>
        Libc.Call(157, option, a, b, c, d);

    public static nint Mount(byte* source, byte* target, byte* type, ulong flags, byte* options) =>
        Libc.Call(165, (nint)source, (nint)target, (nint)type, (nint)flags, (nint)options);

    public static nint Unmount(byte* target, int flags) => Libc.Call(166, (nint)target, flags);

    public static nint SetHostName(byte* name, nint length) => Libc.Call(170, (nint)name, length);

    public static nint SetDomainName(byte* name, nint length) => Libc.Call(171, (nint)name, length);

    public static nint MonotonicTime(long* secondsAndNanoseconds) => Libc.Call(228, 1, (nint)secondsAndNanoseconds);

    public static void Exit(int status) => Libc.Call(231, status);

    public static nint Unshare(ulong namespaces) => Libc.Call(272, (nint)namespaces);

    public static nint EnterNamespace(int fd, ulong kind) => Libc.Call(308, fd, (nint)kind);

    public static nint SetLimit(uint resource, ulong* softAndHard, ulong* old) =>
        Libc.Call(302, 0, (nint)resource, (nint)softAndHard, (nint)old);

    public static nint Seccomp(void* program) => Libc.Call(317, 1, 0, (nint)program);

    public static nint OpenFileSystem(byte* type) => Libc.Call(430, (nint)type, 1);

    public static nint ConfigureFileSystem(int fd, uint command, byte* key, byte* value) =>
        Libc.Call(431, fd, (nint)command, (nint)key, (nint)value);

    /// <summary>A detached mount of a configured file system.</summary>
    public static nint MountFileSystem(int fd) => Libc.Call(432, fd, 1);

    /// <summary>A detached copy of a mount tree.</summary>
    public static nint OpenTree(int directory, byte* path, uint flags) =>
        Libc.Call(428, directory, (nint)path, (nint)flags);

    public static nint MoveMount(int from, byte* fromPath, int to, byte* toPath, uint flags) =>
        Libc.Call(429, from, (nint)fromPath, to, (nint)toPath, (nint)flags);

    public static nint SetMountAttributes(int fd, byte* path, uint flags, void* attributes, nint length) =>
        Libc.Call(442, fd, (nint)path, (nint)flags, (nint)attributes, length);

    public static nint OpenProcess(int pid) => Libc.Call(434, pid);

    public static nint CloseRange(uint first, uint last) => Libc.Call(436, (nint)first, (nint)last);

    public static nint CreateLandlockRules(void* attributes, nint length, uint flags) =>
        Libc.Call(444, (nint)attributes, length, (nint)flags);

    public static nint EnterLandlock(int rules) => Libc.Call(446, rules);
}
