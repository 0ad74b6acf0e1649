using System.Runtime.InteropServices;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Outside;

/// <summary>Empty directories and files that are renamed into a sandbox's store directory to be mounted on, and back when the
/// build is over: making and removing a directory costs ten to a thousand times as much as a rename.</summary>
/// <remarks>They lie in <c>directories</c> and <c>files</c> below a directory that is the worker's alone. A builder never
/// reaches them: they are covered before it starts, and until its last process has ended. Builds at the same time take what they
/// can get by the rename itself. Where there is none, or the file system is another, one is made.</remarks>
internal sealed unsafe class MountPointPool
{
    /// <summary>Above so many of a kind, what comes back is left to be removed.</summary>
    private const int MostKept = 4096;
    private const int ListBytes = 256 << 10;

    private readonly Kind _directories;
    private readonly Kind _files;

    private MountPointPool(Kind directories, Kind files) => (_directories, _files) = (directories, files);

    /// <summary>Null where the specification names none, or it cannot be used.</summary>
    public static MountPointPool? TryOpen(Plan* plan)
    {
        if (plan->MountPoints.Length == 0)
            return null;
        const int flags = Flags.PathOnly | Flags.Directory | Flags.NoFollow | Flags.CloseOnExec;
        var top = Kernel.Open(plan->MountPoints.Bytes, flags);
        if (top < 0)
            return null;
        var directories = Kind.TryOpen((int)top, Of("directories"u8));
        var files = Kind.TryOpen((int)top, Of("files"u8));
        Kernel.Close((int)top);
        return directories is null || files is null ? null : new MountPointPool(directories, files);
    }

    /// <returns>False where a mount point must be made.</returns>
    public bool TryTake(bool isDirectory, int store, byte* name) =>
        (isDirectory ? _directories : _files).TryTake(store, name);

    /// <summary>Takes the mount points of a build that is over; what is not taken goes with the build's directory.</summary>
    public void TakeBack(Plan* plan, int store)
    {
        var now = (ulong)Clock.NowMicroseconds();
        for (var i = 0; i < plan->InputCount; i++)
        {
            var input = plan->Inputs + i;
            if (!input->IsMade)
                (input->IsDirectory ? _directories : _files).TakeBack(store, input->Name.Bytes, now, (uint)i);
        }
    }

    private sealed class Kind
    {
        private readonly int _directory;
        private readonly byte* _list = (byte*)NativeMemory.Alloc(ListBytes);
        private readonly int _length;
        private int _at;
        private int _count;

        private Kind(int directory)
        {
            _directory = directory;
            _length = (int)Math.Max(0, Kernel.ReadDirectory(directory, _list, ListBytes));
        }

        public static Kind? TryOpen(int top, byte* name)
        {
            Kernel.MakeDirectory(top, name, 0x1C0);
            const int flags = Flags.ReadOnly | Flags.Directory | Flags.NoFollow | Flags.CloseOnExec;
            var directory = Kernel.OpenAt(top, name, flags);
            return directory < 0 ? null : new Kind((int)directory);
        }

        public bool TryTake(int store, byte* name)
        {
            while (Next() is var candidate && candidate != null)
            {
                var result = Kernel.Rename(_directory, candidate, store, name);
                if (result == 0)
                    return true;
                if (result != -Flags.NotFound)
                    _at = _length; // No other will do better.
            }
            return false;
        }

        public void TakeBack(int store, byte* name, ulong time, uint number)
        {
            if (_count++ >= MostKept)
                return;
            var unique = stackalloc byte[32];
            var at = 0;
            for (; time != 0; time >>= 4)
                unique[at++] = Digit(time);
            unique[at++] = (byte)'-';
            do
            {
                unique[at++] = Digit(number);
                number >>= 4;
            } while (number != 0);
            unique[at] = 0;
            Kernel.Rename(store, name, _directory, unique);
        }

        /// <summary>The next name that was there when it was opened; null at the end.</summary>
        private byte* Next()
        {
            const int lengthAt = 16;
            const int nameAt = 19;
            while (_at < _length)
            {
                var entry = _list + _at;
                _at += *(ushort*)(entry + lengthAt);
                _count++;
                if (entry[nameAt] != (byte)'.')
                    return entry + nameAt;
            }
            return null;
        }

        private static byte Digit(ulong number) => "0123456789abcdef"u8[(int)(number & 15)];
    }
}
