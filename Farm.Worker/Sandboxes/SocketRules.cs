namespace Farm.Worker.Sandboxes;

/// <summary>Which sockets a builder may make.</summary>
/// <remarks>Families besides those of every build (Unix, IPv4, IPv6, netlink, and packet, which the kernel guards) are
/// refused: making one can load a kernel module, and <c>AF_VSOCK</c> passes by network namespaces.</remarks>
/// <param name="AllowsUnix">False for a build that shares the host's network where the kernel cannot keep it from the
/// host's abstract sockets: it then has socket pairs, but no Unix sockets with names.</param>
/// <param name="Allows32Bit">Whether 32-bit programs may make sockets by <c>socketcall</c>, whose arguments lie in
/// memory, where no filter sees the family. Only builds for 32-bit platforms need it.</param>
public sealed record SocketRules(bool AllowsUnix = true, bool Allows32Bit = false)
{
    private const uint Unix = 1;

    private static readonly uint[] s_otherFamilies = [2, 10, 16, 17];

    private uint[] Families => AllowsUnix ? [Unix, .. s_otherFamilies] : s_otherFamilies;

    /// <summary>By the numbers of x86-64 and x32.</summary>
    public IReadOnlyList<SyscallRule> For64Bit() => [Socket(41)];

    /// <summary>By the numbers of i386.</summary>
    public IReadOnlyList<SyscallRule> For32Bit()
    {
        const uint socketOfSocketcall = 1;
        return Allows32Bit && AllowsUnix
            ? [Socket(359)]
            : [Socket(359), new SyscallRule.ValuesRefused(102, 0, [socketOfSocketcall], SyscallRule.NoSuchCall)];
    }

    private SyscallRule.OtherValuesRefused Socket(uint number) =>
        new SyscallRule.OtherValuesRefused(number, 0, Families, SyscallRule.NoSuchFamily);
}
