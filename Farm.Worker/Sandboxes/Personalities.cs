namespace Farm.Worker.Sandboxes;

/// <summary>Arguments of <c>personality(2)</c>, to be combined.</summary>
public static class Personalities
{
    /// <summary>Addresses are the same in each run, as Nix has it.</summary>
    public const ulong NoRandomLayout = 0x0040000;

    /// <summary><c>uname</c> tells a release that begins with 2.6 (Nix's <c>impersonate-linux-26</c>).</summary>
    public const ulong Linux26 = 0x0020000;

    /// <summary><c>uname</c> tells a 32-bit machine.</summary>
    public const ulong Linux32 = 0x0008;

    /// <summary>The personality for a platform such as <c>i686-linux</c>.</summary>
    public static ulong For(string platform, bool impersonatesLinux26)
    {
        var persona = NoRandomLayout;
        if (platform == "i686-linux")
            persona |= Linux32;
        if (impersonatesLinux26 && platform is ("i686-linux" or "x86_64-linux"))
            persona |= Linux26;
        return persona;
    }
}
