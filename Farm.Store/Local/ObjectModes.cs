namespace Farm.Store.Local;

/// <summary>Permissions of what is in a store, and of what is being made. Source: Nix's <c>canonicalisePathMetaData</c>.</summary>
internal static class ObjectModes
{
    /// <summary>Of directories: 0555.</summary>
    public const uint Directory = 0x16D;

    /// <summary>Of files that may not be run: 0444.</summary>
    public const uint File = 0x124;

    /// <summary>Of files that may be run: 0555.</summary>
    public const uint Executable = 0x16D;

    /// <summary>Of what nobody else may reach yet, or any more: 0700.</summary>
    public const uint Private = 0x1C0;

    /// <summary>Of a file.</summary>
    public static uint OfFile(bool isExecutable) => isExecutable ? Executable : File;
}
