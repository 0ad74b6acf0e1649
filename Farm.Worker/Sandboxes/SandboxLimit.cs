namespace Farm.Worker.Sandboxes;

/// <summary>A resource limit of the builder (<c>setrlimit(2)</c>); never raised above the helper's hard limit.</summary>
/// <param name="Resource">Linux's number of the resource.</param>
/// <param name="Soft">Soft limit.</param>
/// <param name="Hard">Hard limit; null keeps the helper's.</param>
public sealed record SandboxLimit(uint Resource, ulong Soft, ulong? Hard)
{
    private const uint FileSizeResource = 1;
    private const uint CoreResource = 4;
    private const uint ProcessesResource = 6;
    private const uint OpenFilesResource = 7;
    private const uint AddressSpaceResource = 9;

    /// <summary>No core files unless the builder asks for them, as in Nix.</summary>
    public static SandboxLimit NoCoreFiles { get; } = new(CoreResource, 0, null);

    /// <summary>Most processes and threads of the build user.</summary>
    public static SandboxLimit Processes(ulong count) => new(ProcessesResource, count, count);

    /// <summary>Most open files of one process.</summary>
    public static SandboxLimit OpenFiles(ulong count) => new(OpenFilesResource, count, count);

    /// <summary>Largest file in bytes.</summary>
    public static SandboxLimit FileSizeBytes(ulong count) => new(FileSizeResource, count, count);

    /// <summary>Largest address space of one process in bytes.</summary>
    public static SandboxLimit AddressSpaceBytes(ulong count) => new(AddressSpaceResource, count, count);
}
