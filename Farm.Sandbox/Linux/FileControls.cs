namespace Farm.Sandbox.Linux;

/// <summary>Numbers of <c>fcntl</c>.</summary>
internal static class FileControls
{
    public const int SetFlags = 4;
}
