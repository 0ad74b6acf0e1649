using System.Buffers.Binary;

namespace Farm.Store.Nar;

/// <summary>The fixed byte runs of the NAR grammar: each keyword as length, bytes and zero padding to eight.</summary>
internal static class NarTokens
{
    public static ReadOnlySpan<byte> Magic => "nix-archive-1"u8;
    public static ReadOnlySpan<byte> Open => "("u8;
    public static ReadOnlySpan<byte> Close => ")"u8;
    public static ReadOnlySpan<byte> Type => "type"u8;
    public static ReadOnlySpan<byte> Regular => "regular"u8;
    public static ReadOnlySpan<byte> Executable => "executable"u8;
    public static ReadOnlySpan<byte> Contents => "contents"u8;
    public static ReadOnlySpan<byte> Symlink => "symlink"u8;
    public static ReadOnlySpan<byte> Target => "target"u8;
    public static ReadOnlySpan<byte> Directory => "directory"u8;
    public static ReadOnlySpan<byte> Entry => "entry"u8;
    public static ReadOnlySpan<byte> Name => "name"u8;
    public static ReadOnlySpan<byte> Node => "node"u8;

    private static readonly byte[] s_archive = [.. Word(Magic)];
    private static readonly byte[] s_entry = [.. Word(Entry), .. Word(Open), .. Word(Name)];
    private static readonly byte[] s_node = [.. Word(Node)];
    private static readonly byte[] s_directory = [.. Word(Open), .. Word(Type), .. Word(Directory)];
    private static readonly byte[] s_symlink = [.. Word(Open), .. Word(Type), .. Word(Symlink), .. Word(Target)];
    private static readonly byte[] s_regular = [.. Word(Open), .. Word(Type), .. Word(Regular), .. Word(Contents)];
    private static readonly byte[] s_executable =
    [
        .. Word(Open),
        .. Word(Type),
        .. Word(Regular),
        .. Word(Executable),
        .. Word([]),
        .. Word(Contents),
    ];
    private static readonly byte[] s_close = [.. Word(Close)];

    /// <summary>The magic, with which each archive begins.</summary>
    public static ReadOnlySpan<byte> ArchiveStart => s_archive;

    /// <summary><c>entry ( name</c>: the entry's name follows.</summary>
    public static ReadOnlySpan<byte> EntryStart => s_entry;

    /// <summary><c>node</c>: the node follows.</summary>
    public static ReadOnlySpan<byte> NodeStart => s_node;

    /// <summary><c>( type directory</c>: entries follow.</summary>
    public static ReadOnlySpan<byte> DirectoryStart => s_directory;

    /// <summary><c>( type symlink target</c>: the target follows.</summary>
    public static ReadOnlySpan<byte> SymlinkStart => s_symlink;

    /// <summary><c>)</c>.</summary>
    public static ReadOnlySpan<byte> End => s_close;

    /// <summary><c>( type regular [executable ""] contents</c>: the contents follow.</summary>
    public static ReadOnlySpan<byte> RegularStart(bool isExecutable) => isExecutable ? s_executable : s_regular;

    /// <summary>How many zero bytes follow a string of this length.</summary>
    public static int Padding(long length) => (int)(-length & 7);

    private static byte[] Word(ReadOnlySpan<byte> word)
    {
        var bytes = new byte[8 + word.Length + Padding(word.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, word.Length);
        word.CopyTo(bytes.AsSpan(8));
        return bytes;
    }
}
