using System.Collections.Immutable;
using System.Globalization;
using Farm.Store.Hashing;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Planning;

/// <summary>The files of <c>/etc</c>, byte for byte Nix's.</summary>
public static class EtcFiles
{
    /// <param name="keepsNetwork">Whether the build shares the host's network: its names are then resolved by the
    /// host's files, which are bound.</param>
    public static ImmutableArray<SandboxFile> For(SandboxIds ids, string buildDirectory, bool keepsNetwork) =>
        [
            File(
                "passwd",
                $"""
                root:x:0:0:Nix build user:{buildDirectory}:/noshell
                nixbld:x:{ids.Uid}:{ids.Gid}:Nix build user:{buildDirectory}:/noshell
                nobody:x:65534:65534:Nobody:/:/noshell

                """
            ),
            File(
                "group",
                $"""
                root:x:0:
                nixbld:!:{ids.Gid}:
                nogroup:x:65534:

                """
            ),
            keepsNetwork
                ? File("nsswitch.conf", $"hosts: files dns\nservices: files\n")
                : File("hosts", $"127.0.0.1 localhost\n::1 localhost\n"),
        ];

    private static SandboxFile File(string name, FormattableString content) =>
        new(name, ByteString.FromUtf8(content.ToString(CultureInfo.InvariantCulture)));
}
