using System.Collections.Immutable;
using System.Globalization;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>Hands out user ids to builds, so that no two builds of the machine share one.</summary>
/// <remarks>Shape: slot n has the user and group id that <see cref="IdRange"/> says, and is taken by a lock (flock) on
/// <c>userpool2/slot-n</c> in the state directory, as Nix does with <c>auto-allocate-uids</c>. Lock files stay. Without
/// root, or in a user namespace of one id, there are no other ids to take: every slot is the caller's own. With a group of build
/// users the slots are its members, and the locks <c>userpool/UID</c>, Nix's too.</remarks>
/// <param name="stateDirectory">Nix's state directory, such as <c>/nix/var/nix</c>; machine-wide for all that share ids.</param>
/// <param name="slots">Most builds at a time; at most <see cref="MaxSlots"/>.</param>
public sealed class BuildUsers(string stateDirectory, int slots = BuildUsers.MaxSlots)
{
    /// <param name="stateDirectory">As above.</param>
    /// <param name="members">The accounts set aside for builds; see <see cref="BuildUserGroup"/>.</param>
    public BuildUsers(string stateDirectory, ImmutableArray<SandboxIds> members)
        : this(stateDirectory, members.Length) => _members = members;

    /// <summary>By the settings <c>farm.worker.build-users-dir</c> and <c>build-users-group</c>.</summary>
    /// <exception cref="SandboxException">The group cannot be used.</exception>
    public static BuildUsers From(string stateDirectory, string? group) =>
        string.IsNullOrEmpty(group) || !Environment.IsPrivilegedProcess
            ? new BuildUsers(stateDirectory)
            : new BuildUsers(
                stateDirectory,
                BuildUserGroup.Read(group, File.ReadLines("/etc/group"), File.ReadLines("/etc/passwd"))
            );

    /// <summary>Nix's number of slots.</summary>
    public const int MaxSlots = 128;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ImmutableArray<SandboxIds> _members = [];

    private readonly Lazy<IdRange?> _range = new(() =>
        Environment.IsPrivilegedProcess
            ? IdRange.In(File.ReadLines("/proc/self/uid_map"), File.ReadLines("/proc/self/gid_map"), slots)
            : null
    );

    /// <summary>Whether they are accounts of a group. Ids that belong to nobody may be used by others of the machine, too, whose locks
    /// are elsewhere.</summary>
    public bool AreAccounts => !_members.IsEmpty;

    /// <summary>The group that all of them are in where they build straight into a store, which is opened to it.</summary>
    public uint StoreGroup => _members.IsEmpty ? _range.Value?.First ?? 0 : _members[0].HostGid;

    private string LockDirectory => Path.Combine(stateDirectory, _members.IsEmpty ? "userpool2" : "userpool");

    /// <summary>Takes a free build user.</summary>
    /// <returns>Null when all are taken.</returns>
    /// <exception cref="SandboxException">The lock files cannot be made, or an id belongs to an account.</exception>
    public BuildUser? TryTake()
    {
        var range = _members.IsEmpty ? _range.Value : null;
        if (_members.IsEmpty && range is null)
            return new BuildUser(0, SandboxIds.Own, null);
        try
        {
            Directory.CreateDirectory(LockDirectory);
            for (var slot = 0; slot < slots; slot++)
            {
                if (TryLock(slot) is { } held)
                    return range is null
                        ? new BuildUser(slot, _members[slot], held)
                        : Locked(slot, range.Of(slot), held);
            }
            return null;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new SandboxException(
                $"The build users' locks in '{LockDirectory}' cannot be made: {failure.Message}",
                failure
            );
        }
    }

    private string LockName(int slot) =>
        _members.IsEmpty ? $"slot-{slot}" : _members[slot].HostUid.ToString(CultureInfo.InvariantCulture);

    private FileStream? TryLock(int slot)
    {
        const int wouldBlock = 11;
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB), which Nix takes too.
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            };
            return new FileStream(Path.Combine(LockDirectory, LockName(slot)), options);
        }
        catch (IOException failure) when ((failure.HResult & 0xFFFF) == wouldBlock)
        {
            return null;
        }
    }

    private static BuildUser Locked(int slot, uint id, FileStream held)
    {
        var text = id.ToString(CultureInfo.InvariantCulture);
        var account = File.ReadLines("/etc/passwd")
            .FirstOrDefault(line => line.Split(':') is [_, _, var uid, ..] && uid == text);
        if (account is null)
            return new BuildUser(slot, new SandboxIds(id, id), held);
        held.Dispose();
        throw new SandboxException(
            $"The user id {id} of build slot {slot} belongs to the account '{account.Split(':')[0]}': remove that account."
        );
    }
}
