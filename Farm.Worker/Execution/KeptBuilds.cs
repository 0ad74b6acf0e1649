using Farm.Protocol;
using Farm.Store.Local;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Execution;

/// <summary>Where build directories of failed builds are kept for people to look at; nothing removes them again.</summary>
/// <remarks>Shape: <c>nix-build-NAME.drv-N</c>, Nix's name, in <c>farm-kept-builds</c> of the state directory, which is on the store's
/// file system. The files stay those of the build user.</remarks>
internal static class KeptBuilds
{
    private const string Folder = "farm-kept-builds";
    private const UnixFileMode ReadableByAll = (UnixFileMode)0x1ED;

    /// <returns>Where it is now; null where there is no build directory.</returns>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static string? Keep(StoreLayout layout, SandboxSpec spec, BuildRequest request)
    {
        var from = spec.BuildPath;
        if (!Directory.Exists(from))
            return null;
        if (spec.IsUnconfined)
        {
            // It has Nix's name already, in the host's directory for such.
            File.SetUnixFileMode(from, ReadableByAll);
            return from;
        }
        var folder = Directory.CreateDirectory(Path.Combine(layout.StateDir, Folder)).FullName;
        for (var number = 0; ; number++)
        {
            var to = Path.Combine(folder, $"nix-build-{request.Name}.drv-{number}");
            if (Path.Exists(to))
                continue;
            File.SetUnixFileMode(from, ReadableByAll);
            Directory.Move(from, to);
            return to;
        }
    }
}
