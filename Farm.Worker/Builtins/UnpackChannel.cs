namespace Farm.Worker.Builtins;

/// <summary><c>builtin:unpack-channel</c>: the one directory of a channel's tarball, under the channel's name.</summary>
internal static class UnpackChannel
{
    public static async Task RunAsync(BuiltinContext context, CancellationToken ct)
    {
        var (output, name, source) = (context.OutputFile, context.Attribute("channelName"), context.Attribute("src"));
        if (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal))
            throw new BuiltinException($"channelName is not allowed to be '{name}': it names a directory");
        Directory.CreateDirectory(output);
        await using (var tarball = context.Files.Open(source))
            await new TarUnpacker(output).UnpackAsync(tarball, ct).ConfigureAwait(false);
        if (Directory.GetFileSystemEntries(output) is not [var only])
            throw new BuiltinException($"channel tarball '{source}' contains more than one file");
        var target = Path.Combine(output, name);
        if (only == target)
            return;
        if (Directory.Exists(only) && new FileInfo(only).LinkTarget is null)
            Directory.Move(only, target);
        else
            File.Move(only, target);
    }
}
