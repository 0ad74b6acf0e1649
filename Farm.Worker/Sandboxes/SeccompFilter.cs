using System.Buffers.Binary;
using System.Collections.Concurrent;
using Farm.Store.Hashing;
using static Farm.Worker.Sandboxes.FilterInstruction;

namespace Farm.Worker.Sandboxes;

/// <summary>The system call filter of builders on x86-64, for 64-bit, x32 and 32-bit programs.</summary>
/// <remarks>Shape: classic BPF over <c>struct seccomp_data</c>, eight bytes an instruction (code u16, jump if true u8,
/// jump if false u8, operand u32). All calls are allowed but those of <see cref="SyscallRule"/>. Source: Nix manual,
/// "filter-syscalls"; Farm filters more: the mode given when a file is made, <c>io_uring</c> and <c>openat2</c>, which
/// would pass by, and what no build needs (see docs/security.md).</remarks>
public static class SeccompFilter
{
    private const uint X64 = 0xC000003E;
    private const uint X86 = 0x40000003;
    private const uint X32Bit = 0x40000000;

    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;

    private const uint KillProcess = 0x80000000;

    /// <summary>As many as there are rules of sockets.</summary>
    private static readonly ConcurrentDictionary<SocketRules, ByteString> s_made = new();

    /// <summary>The filter, ready for <see cref="SandboxSpec.Filter"/>.</summary>
    public static ByteString Create(SocketRules? sockets = null) => s_made.GetOrAdd(sockets ?? new SocketRules(), Make);

    private static ByteString Make(SocketRules sockets)
    {
        var x86 = FilterTable.Of([.. SyscallRule.For32Bit, .. sockets.For32Bit()]);
        var x64 = FilterTable.Of([.. SyscallRule.For64Bit, .. sockets.For64Bit()]);
        FilterInstruction[] start =
        [
            new(LoadWord, 0, 0, ArchitectureOffset),
            new(JumpIfEqual, 4, 0, X64),
            new(JumpIfEqual, 1, 0, X86),
            new(Return, 0, 0, KillProcess),
            new(LoadWord, 0, 0, NumberOffset),
            new(JumpAlways, 0, 0, (uint)x64.Length + 2),
            new(LoadWord, 0, 0, NumberOffset),
            // A call of x32 has the number of the 64-bit call and one bit.
            new(And, 0, 0, ~X32Bit),
        ];
        return Bytes([.. start, .. x64, .. x86]);
    }

    private static ByteString Bytes(FilterInstruction[] instructions)
    {
        var bytes = new byte[instructions.Length * 8];
        foreach (var (index, instruction) in instructions.Index())
        {
            var place = bytes.AsSpan(index * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(place, instruction.Code);
            place[2] = instruction.IfTrue;
            place[3] = instruction.IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(place[4..], instruction.Operand);
        }
        return ByteString.FromBytes(bytes);
    }
}
