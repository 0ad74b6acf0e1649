using System.Text;
using Farm.Store.Native;

namespace Farm.Store.Roots.Profiles;

/// <summary>The lock <c>PROFILE.lock</c> under which a profile is changed, by Nix as by us.</summary>
/// <remarks>Shape: an empty file, locked exclusively; who is done removes it and writes to it, so that who has it open makes another.
/// Source: Nix's <c>PathLocks</c>.</remarks>
internal sealed class ProfileLock : IDisposable
{
    private static readonly TimeSpan s_askAgainAfter = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _name;
    private readonly int _descriptor;

    private ProfileLock(byte[] name, int descriptor) => (_name, _descriptor) = (name, descriptor);

    public static async Task<ProfileLock> TakeAsync(string profile, CancellationToken ct)
    {
        var file = profile + ".lock";
        var name = Encoding.UTF8.GetBytes(file);
        while (true)
        {
            var flags = Syscalls.ReadWrite | Syscalls.Create;
            var descriptor = Errno.Check(Syscalls.Open(Syscalls.CurrentDirectory, name, flags, 0x180), "make", file);
            try
            {
                while (!FileLock.TryExclusive(descriptor, file))
                    await Task.Delay(s_askAgainAfter, ct).ConfigureAwait(false);
                Errno.Check(Syscalls.Status(descriptor, out var status), "look at", file);
                if (status.SizeBytes == 0)
                    return new(name, descriptor);
            }
            catch
            {
                Syscalls.Close(descriptor);
                throw;
            }
            Syscalls.Close(descriptor);
        }
    }

    public void Dispose()
    {
        _ = Syscalls.Unlink(Syscalls.CurrentDirectory, _name);
        _ = Syscalls.Write(_descriptor, "d"u8);
        FileLock.Release(_descriptor);
        Syscalls.Close(_descriptor);
    }
}
