using Farm.Store.Actors;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Streams;

namespace Farm.Store.Integrity;

/// <summary>Reads a file in <c>.links</c> and compares it with its name; removes the name where that is asked for. Runs under the link's lock.
/// Answers whether it is right, or gone.</summary>
internal sealed record CheckLink(StoreFiles Files, Sha256Digest Name, bool Removes) : IPathOperation<bool>
{
    public async Task<bool> RunAsync()
    {
        var name = StoreLayout.Bytes(Name);
        if (Syscalls.Status(Files.LinksDirectory, name, out _) == -Errno.NoEntry)
            return true;
        if (await HashAsync(name).ConfigureAwait(false) == Name)
            return true;
        if (Removes)
            await TreeRemover.RemoveAsync(Files, Files.LinksDirectory, name).ConfigureAwait(false);
        return false;
    }

    /// <summary>The name is the hash of the file's own archive.</summary>
    private async Task<Sha256Digest> HashAsync(byte[] name)
    {
        using var buffer = new NarBuffer();
        using var dumper = new NarDumper(
            Files.LinksDirectory,
            name,
            $"{Files.Layout.LinksDir}/{Name.ToNixBase32()}",
            buffer
        );
        await using var measure = new HashingStream();
        do
        {
            dumper.Fill();
            measure.Write(buffer.Swap().Span);
        } while (!dumper.IsComplete);
        return measure.Finish();
    }
}
