using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores;

/// <summary>What is recorded of a store path, a line each, the key first.</summary>
internal static class PathInfoText
{
    public static string Of(StoreDir storeDir, PathInfo info) =>
        string.Join(
            '\n',
            $"path        {storeDir.Print(info.Path)}",
            $"narHash     {info.NarHash}",
            $"narSize     {info.NarSizeBytes}",
            $"references  {string.Join(' ', info.References.Select(storeDir.Print))}".TrimEnd(),
            $"deriver     {(info.Deriver is { } drv ? storeDir.Print(drv) : "unknown")}",
            $"registered  {info.RegistrationTime:u}",
            $"ca          {info.ContentAddress?.ToString() ?? "none"}",
            $"signatures  {string.Join(' ', info.Signatures)}".TrimEnd()
        );
}
