using Farm.Store;
using Farm.Store.Compressing;
using Farm.Store.Local;

namespace Farm.Worker.Builtins;

/// <summary><c>builtin:fetchurl</c>: a file by its address, or the tree that it is the archive of.</summary>
/// <remarks>The hash is checked afterwards, as of every fixed output. Servers show their certificates all the same: passwords may go
/// to them.</remarks>
internal static class FetchUrl
{
    private const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable =
        Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static async Task RunAsync(BuiltinContext context, CancellationToken ct)
    {
        var (url, output) = (context.Attribute("url"), context.OutputFile);
        try
        {
            await using var source = await OpenAsync(context, url, ct).ConfigureAwait(false);
            if (context.Find("unpack") == "1")
                await UnpackAsync(source, url, output, ct).ConfigureAwait(false);
            else
                await WriteAsync(source, output, ct).ConfigureAwait(false);
        }
        catch (StoreException.CacheFailure failure)
        {
            throw new BuiltinException($"unable to download '{url}': {failure.Reason}", failure);
        }

        if (context.Find("executable") == "1")
            File.SetUnixFileMode(output, Executable);
    }

    private static async Task<Stream> OpenAsync(BuiltinContext context, string url, CancellationToken ct)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw new BuiltinException($"'{url}' is no address: write for example https://example.org/file");
        switch (address.Scheme)
        {
            case "file":
                return context.Files.Open(Uri.UnescapeDataString(address.AbsolutePath));
            case "http" or "https" when context.Downloads is null:
                throw new BuiltinException(
                    $"'{url}' cannot be fetched without network: only fixed-output and impure derivations have it"
                );
            case "http" or "https":
                return await context.Downloads.OpenAsync(address, ct).ConfigureAwait(false);
            default:
                throw new BuiltinException(
                    $"'{url}' cannot be fetched: '{address.Scheme}' is none of file, http and https"
                );
        }
    }

    private static async Task UnpackAsync(Stream source, string url, string output, CancellationToken ct)
    {
        if (url.EndsWith(".xz", StringComparison.Ordinal))
        {
            await using var archive = NarCompression.Xz.Decompress(source);
            await NarUnpack.ToNewPathAsync(archive, output, ct).ConfigureAwait(false);
        }
        else
        {
            await NarUnpack.ToNewPathAsync(source, output, ct).ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(Stream source, string output, CancellationToken ct)
    {
        await using var file = new FileStream(
            output,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = Plain,
            }
        );
        await source.CopyToAsync(file, ct).ConfigureAwait(false);
    }
}
