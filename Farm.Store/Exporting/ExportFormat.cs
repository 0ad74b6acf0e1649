using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Exporting;

/// <summary>What the stream of <c>nix-store --export</c> holds beside the archives.</summary>
/// <remarks>Shape: for each path the number 1, its NAR, then <c>NIXE</c>, the path, how many references and each, the deriver or
/// an empty string, and 0; at the end the number 0. Numbers have eight bytes, lowest first; strings are their length, their bytes,
/// and zeros up to a multiple of eight. Source: Nix's <c>libstore/export-import.cc</c>.</remarks>
internal static class ExportFormat
{
    /// <summary>What follows an archive: <c>NIXE</c>.</summary>
    public const ulong Magic = 0x4558494E;

    /// <summary>Another path follows.</summary>
    public const ulong Path = 1;

    /// <summary>No path follows, or no signature of the old kind.</summary>
    public const ulong End = 0;

    /// <summary>Longest path read, in bytes: a store directory and a base name.</summary>
    public const int MaxPathBytes = 4096;

    /// <summary>Most references read of one path.</summary>
    public const int MaxReferences = 1_000_000;

    /// <summary>Longest signature of the old kind that is skipped, in bytes.</summary>
    public const int MaxSignatureBytes = 64 * 1024;

    /// <summary>All that follows the archive of a path.</summary>
    public static ReadOnlyMemory<byte> Describe(StoreDir storeDir, PathInfo info)
    {
        var output = new ArrayBufferWriter<byte>(256 + (info.References.Count * 96));
        Write(output, Magic);
        Write(output, storeDir.Print(info.Path));
        Write(output, (ulong)info.References.Count);
        foreach (var reference in info.References)
            Write(output, storeDir.Print(reference));
        Write(output, info.Deriver is { } deriver ? storeDir.Print(deriver) : "");
        Write(output, End);
        return output.WrittenMemory;
    }

    /// <summary>A number alone.</summary>
    public static ReadOnlyMemory<byte> Number(ulong number)
    {
        var output = new ArrayBufferWriter<byte>(8);
        Write(output, number);
        return output.WrittenMemory;
    }

    private static void Write(ArrayBufferWriter<byte> output, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), number);
        output.Advance(8);
    }

    private static void Write(ArrayBufferWriter<byte> output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(output, (ulong)bytes.Length);
        output.Write(bytes);
        output.Write(stackalloc byte[-bytes.Length & 7]);
    }
}
