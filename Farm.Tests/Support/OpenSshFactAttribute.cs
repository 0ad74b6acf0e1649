namespace Farm.Tests.Support;

/// <summary>A test that runs a real OpenSSH server on the loopback interface.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenSshFactAttribute : RequiresNixFactAttribute
{
    public const string Server = "/usr/sbin/sshd";

    public OpenSshFactAttribute()
    {
        Skip ??= new SandboxFactAttribute().Skip;
        if (Skip is null && !(File.Exists(Server) && File.Exists("/usr/bin/ssh")))
            Skip = $"Needs {Server} and ssh (Debian: openssh-server, openssh-client).";
    }
}
