using Farm.Derivations;
using Farm.Store.Nar;

namespace Farm.Tests.Derivations;

/// <summary>What is in a source.</summary>
internal static class SourceListing
{
    /// <summary>Files and links, with their paths.</summary>
    public static async Task<string[]> FilesAsync(Source source)
    {
        using var nar = new MemoryStream();
        await source.WriteNarAsync(nar, CancellationToken.None);
        nar.Position = 0;
        using var reader = new NarReader(nar, NarReadAhead.Free);
        var way = new List<string>();
        var files = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } step)
        {
            switch (step)
            {
                case NarEvent.Directory directory:
                    way.Add(directory.Name.ToString());
                    break;
                case NarEvent.DirectoryEnd:
                    way.RemoveAt(way.Count - 1);
                    break;
                case NarEvent.Regular file:
                    files.Add(string.Join('/', way.Skip(1).Append(file.Name.ToString())));
                    while ((await reader.ReadContentsAsync(CancellationToken.None)).Length > 0) { }
                    break;
                case NarEvent.Symlink link:
                    files.Add(string.Join('/', way.Skip(1).Append(link.Name.ToString())));
                    break;
            }
        }
        return [.. files];
    }
}
