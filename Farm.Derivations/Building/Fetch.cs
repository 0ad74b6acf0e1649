using System.Collections.Immutable;

namespace Farm.Derivations.Building;

/// <summary>Makes derivations whose output is what is at an address: fixed outputs, so that only another hash fetches anew.</summary>
public static class Fetch
{
    private static readonly ImmutableArray<string> s_proxies =
    [
        "http_proxy",
        "https_proxy",
        "ftp_proxy",
        "all_proxy",
        "no_proxy",
    ];

    /// <summary>A file, fetched by busybox's <c>wget</c>, which every sandbox of the farm has.</summary>
    /// <remarks>Certificates are not looked at: the hash tells whether it is the right file.</remarks>
    /// <param name="url">An address, http or https.</param>
    /// <param name="hash">Of the file's bytes, in SRI form; empty where it is not known yet, and the failing build tells it.</param>
    /// <param name="name">The name in the store; null for the address's last part.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">The hash is none, or the name is no name in a store.</exception>
    public static Derivation Url(string url, string hash, string? name = null, DerivationSettings? settings = null) =>
        Shell.Create(
            new ShellSpec
            {
                Name = name ?? NameOf(url),
                Script = "wget -O \"$out\" \"$url\"",
                Addressing = new OutputAddressing.Fixed(hash, "flat", hash.Length == 0 ? "sha256" : null),
                Attributes = new()
                {
                    ["url"] = url,
                    ["impureEnvVars"] = NixValue.List([.. s_proxies.Select(proxy => (NixValue)proxy)]),
                },
            },
            settings
        );

    /// <summary>A file, or an unpacked archive, fetched by Nix itself: the derivation that <c>import &lt;nix/fetchurl.nix&gt;</c> makes.</summary>
    /// <remarks>Its builder is <c>builtin:fetchurl</c>, so that it needs no program in the sandbox.</remarks>
    /// <param name="url">An address that Nix knows how to fetch.</param>
    /// <param name="hash">In SRI form: of the file's bytes, or of the NAR of what is made executable or unpacked.</param>
    /// <param name="name">The name in the store; null for the address's last part.</param>
    /// <param name="isExecutable">Whether the file is to be a program.</param>
    /// <param name="unpacks">Whether the address has a NAR, which is unpacked.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">The hash is none, or the name is no name in a store.</exception>
    public static Derivation ByNix(
        string url,
        string hash,
        string? name = null,
        bool isExecutable = false,
        bool unpacks = false,
        DerivationSettings? settings = null
    ) =>
        Derivation.Create(
            new DerivationSpec
            {
                Name = name ?? NameOf(url),
                System = "builtin",
                Builder = "builtin:fetchurl",
                Addressing = new OutputAddressing.Fixed(hash, isExecutable || unpacks ? "recursive" : "flat", ""),
                Attributes = new()
                {
                    ["url"] = url,
                    ["urls"] = [url],
                    ["executable"] = isExecutable,
                    ["unpack"] = unpacks,
                    ["preferLocalBuild"] = true,
                    ["impureEnvVars"] = NixValue.List([.. s_proxies.Select(proxy => (NixValue)proxy)]),
                },
            },
            settings
        );

    private static string NameOf(string url) => url.TrimEnd('/')[(url.TrimEnd('/').LastIndexOf('/') + 1)..];
}
