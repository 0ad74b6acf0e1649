using Farm.Tests.Support;

namespace Farm.Tests.Daemon.Support;

/// <summary>A test that needs real Nix with its daemon, and root, to run clients as somebody else.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresNixDaemonFactAttribute : RequiresNixFactAttribute
{
    public RequiresNixDaemonFactAttribute()
    {
        if (Environment.UserName != "root")
            Skip ??= "Needs root, to run clients as another user.";
        if (!File.Exists("/usr/bin/nix-daemon") || !File.Exists("/usr/bin/setpriv"))
            Skip ??= "Needs the programs 'nix-daemon' (Debian: nix-bin) and 'setpriv' (util-linux).";
    }
}
