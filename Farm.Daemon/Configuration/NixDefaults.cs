namespace Farm.Daemon.Configuration;

/// <summary>What Nix's lists hold where no configuration sets them; <c>extra-</c> adds to that.</summary>
internal static class NixDefaults
{
    public static string Of(string name) =>
        name switch
        {
            "allowed-users" => "*",
            "trusted-users" => "root",
            "substituters" => "https://cache.nixos.org/",
            "trusted-public-keys" => "cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=",
            "ignored-acls" => "security.selinux system.nfs4_acl security.csm",
            _ => "",
        };
}
