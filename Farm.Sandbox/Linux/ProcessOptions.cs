namespace Farm.Sandbox.Linux;

/// <summary>Numbers of <c>prctl</c>.</summary>
internal static class ProcessOptions
{
    public const int SetParentDeathSignal = 1;
    public const int SetDumpable = 4;
    public const int SetChildSubreaper = 36;
    public const int SetNoNewPrivileges = 38;
    public const int Ambient = 47;
    public const int AmbientClearAll = 4;
}
