using System.Formats.Tar;
using Farm.Store.Compressing;

namespace Farm.Worker.Builtins;

/// <summary>Unpacks a tarball into a directory: plain, or compressed by gzip, xz, bzip2 or zstd, which its first bytes tell.</summary>
/// <remarks>Nothing is written outside of the directory: a name with <c>..</c>, an absolute one, and one that goes through a link that
/// was unpacked before are refused.</remarks>
/// <param name="root">An empty directory.</param>
internal sealed class TarUnpacker(string root)
{
    private const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable =
        Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="tarball">Can seek.</param>
    /// <exception cref="BuiltinException">It holds what is refused.</exception>
    /// <exception cref="InvalidDataException">It is no tarball.</exception>
    public async Task UnpackAsync(Stream tarball, CancellationToken ct)
    {
        await using var archive = await DecodeAsync(tarball, ct).ConfigureAwait(false);
        await using var reader = new TarReader(archive, leaveOpen: true);
        try
        {
            while (await reader.GetNextEntryAsync(copyData: false, ct).ConfigureAwait(false) is { } entry)
                await UnpackAsync(entry, ct).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is EndOfStreamException or FormatException)
        {
            throw new BuiltinException($"the tarball is malformed: {cause.Message}", cause);
        }
    }

    private async Task UnpackAsync(TarEntry entry, CancellationToken ct)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes:
                break;
            case TarEntryType.Directory or TarEntryType.DirectoryList:
                MakeDirectory(Parts(entry.Name), entry.Name);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await WriteAsync(Place(entry.Name), entry.DataStream ?? Stream.Null, entry.Mode, ct)
                    .ConfigureAwait(false);
                break;
            case TarEntryType.SymbolicLink:
                File.CreateSymbolicLink(Place(entry.Name), entry.LinkName);
                break;
            case TarEntryType.HardLink:
                await CopyAsync(entry, ct).ConfigureAwait(false);
                break;
            default:
                throw new BuiltinException(
                    $"the tarball has '{entry.Name}', which is neither file, directory nor link"
                );
        }
    }

    private async Task CopyAsync(TarEntry entry, CancellationToken ct)
    {
        var parts = Parts(entry.LinkName);
        CheckParents(parts, entry.LinkName);
        var original = Path.Combine([root, .. parts]);
        if (new FileInfo(original) is not { Exists: true, LinkTarget: null })
            throw new BuiltinException(
                $"the tarball has '{entry.Name}' as a link to '{entry.LinkName}', which is no file in it"
            );
        await using var contents = new FileStream(original, FileMode.Open, FileAccess.Read, FileShare.Read);
        await WriteAsync(Place(entry.Name), contents, File.GetUnixFileMode(original), ct).ConfigureAwait(false);
    }

    private static async Task WriteAsync(string place, Stream contents, UnixFileMode mode, CancellationToken ct)
    {
        await using var file = new FileStream(
            place,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = mode.HasFlag(UnixFileMode.UserExecute) ? Executable : Plain,
            }
        );
        await contents.CopyToAsync(file, ct).ConfigureAwait(false);
    }

    /// <summary>Where something goes, with the directories above; what was there goes.</summary>
    private string Place(string name)
    {
        var parts = Parts(name);
        if (parts.Length == 0)
            throw new BuiltinException($"the tarball has a file with the name '{name}'");
        MakeDirectory(parts[..^1], name);
        var place = Path.Combine([root, .. parts]);
        if (new FileInfo(place) is { LinkTarget: not null } or { Exists: true })
            File.Delete(place);
        return place;
    }

    private void MakeDirectory(string[] parts, string name)
    {
        CheckParents([.. parts, ""], name);
        Directory.CreateDirectory(Path.Combine([root, .. parts]));
    }

    private void CheckParents(string[] parts, string name)
    {
        var place = root;
        foreach (var part in parts[..^1])
        {
            place = Path.Combine(place, part);
            if (new FileInfo(place) is { LinkTarget: not null } or { Exists: true })
                throw new BuiltinException($"the tarball has '{name}', and a part of that is no directory");
        }
    }

    private static string[] Parts(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        return name.StartsWith('/') || parts.Contains("..")
            ? throw new BuiltinException($"the tarball has the name '{name}', which leads out of it")
            : parts;
    }

    private static async Task<Stream> DecodeAsync(Stream tarball, CancellationToken ct)
    {
        var head = new byte[6];
        var count = await tarball
            .ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct)
            .ConfigureAwait(false);
        tarball.Position = 0;
        return head[..count] switch
        {
            [0x1f, 0x8b, ..] => NarCompression.Gzip.Decompress(tarball),
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0] => NarCompression.Xz.Decompress(tarball),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => NarCompression.Bzip2.Decompress(tarball),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => NarCompression.Zstd.Decompress(tarball),
            _ => NarCompression.None.Decompress(tarball),
        };
    }
}
