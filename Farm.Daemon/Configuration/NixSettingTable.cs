using System.Collections.Frozen;

namespace Farm.Daemon.Configuration;

/// <summary>The settings that Nix knows, from 2.3 to today: those that this program obeys, and those that mean nothing to a daemon or
/// belong to evaluation, which are taken and left alone.</summary>
/// <remarks>Source: Nix manual, "nix.conf".</remarks>
public static class NixSettingTable
{
    private static readonly NixSettingKind.Number Unsigned = new(0, uint.MaxValue);

    private static readonly FrozenDictionary<string, NixSettingKind> Kinds = Build();

    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["binary-cache-public-keys"] = "trusted-public-keys",
        ["binary-caches"] = "substituters",
        ["binary-caches-parallel-connections"] = "http-connections",
        ["build-chroot-dirs"] = "sandbox-paths",
        ["build-compress-log"] = "compress-build-log",
        ["build-cores"] = "cores",
        ["build-fallback"] = "fallback",
        ["build-impersonate-linux-26"] = "impersonate-linux-26",
        ["build-keep-log"] = "keep-build-log",
        ["build-max-jobs"] = "max-jobs",
        ["build-max-log-size"] = "max-build-log-size",
        ["build-max-silent-time"] = "max-silent-time",
        ["build-repeat"] = "repeat",
        ["build-sandbox-paths"] = "sandbox-paths",
        ["build-timeout"] = "timeout",
        ["build-use-chroot"] = "sandbox",
        ["build-use-sandbox"] = "sandbox",
        ["build-use-substitutes"] = "substitute",
        ["env-keep-derivations"] = "keep-env-derivations",
        ["gc-keep-derivations"] = "keep-derivations",
        ["gc-keep-outputs"] = "keep-outputs",
        ["trusted-binary-caches"] = "trusted-substituters",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The setting's own name where this is another one of it; else as given.</summary>
    public static string NameOf(string name) => Aliases.GetValueOrDefault(name, name);

    /// <summary>What a setting takes, by its name or another of it; null where there is none.</summary>
    public static NixSettingKind? Find(string name) => Kinds.GetValueOrDefault(NameOf(name));

    private static FrozenDictionary<string, NixSettingKind> Build()
    {
        var kinds = new Dictionary<string, NixSettingKind>(StringComparer.Ordinal)
        {
            ["max-jobs"] = new NixSettingKind.Jobs(),
            ["sandbox"] = new NixSettingKind.Sandbox(),
        };
        Add(
            new NixSettingKind.Flag(),
            """
            accept-flake-config allow-dirty allow-dirty-locks allow-import-from-derivation allow-new-privileges
            allow-symlinked-store allow-unsafe-native-code-during-evaluation always-allow-substitutes
            auto-allocate-uids auto-optimise-store builders-use-substitutes compress-build-log
            darwin-log-sandbox-violations debugger-on-trace debugger-on-warn enforce-determinism eval-cache fallback filter-syscalls
            fsync-metadata fsync-store-paths http2 impersonate-linux-26 json-log-raw keep-build-log keep-derivations
            keep-env-derivations keep-failed keep-going keep-outputs lint-url-literals preallocate-contents print-missing pure-eval
            require-drop-supplementary-groups require-sigs restrict-eval run-diff-hook sandbox-fallback show-trace substitute
            sync-before-registering trace-function-calls trace-import-from-derivation trace-verbose
            use-case-hack use-cgroups use-registries use-sqlite-wal use-xdg-base-directories warn-dirty warn-short-path-literals
            """
        );
        Add(new NixSettingKind.Number(long.MinValue), "build-poll-interval max-silent-time timeout");
        Add(
            Unsigned,
            """
            connect-timeout cores download-attempts download-buffer-size eval-profiler-frequency http-connections id-count
            log-lines max-call-depth max-substitution-jobs min-free-check-interval narinfo-cache-meta-ttl narinfo-cache-negative-ttl
            narinfo-cache-positive-ttl repeat stalled-download-timeout start-id tarball-ttl warn-large-path-threshold
            """
        );
        Add(new NixSettingKind.Number(), "gc-reserved-space max-build-log-size max-free min-free nar-buffer-size");
        Add(
            new NixSettingKind.Words(),
            """
            access-tokens allowed-impure-host-deps allowed-uris allowed-users experimental-features extra-platforms
            hashed-mirrors ignored-acls impure-env nix-path plugin-files sandbox-paths secret-key-files substituters
            system-features trusted-public-keys trusted-substituters trusted-users
            """
        );
        Add(
            new NixSettingKind.Text(),
            """
            bash-prompt bash-prompt-prefix bash-prompt-suffix build-dir build-hook build-users-group builders
            commit-lock-file-summary commit-lockfile-summary diff-hook eval-profile-file eval-profiler eval-system external-builders
            flake-registry json-log-path netrc-file post-build-hook pre-build-hook sandbox-build-dir sandbox-dev-shm-size
            ssl-cert-file store system upgrade-nix-store-path-url user-agent-suffix
            """
        );
        return kinds.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(NixSettingKind kind, string names)
        {
            foreach (var name in NixValue.Words(names))
                kinds.Add(name, kind);
        }
    }
}
