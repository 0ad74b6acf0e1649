using System.Buffers.Binary;
using Farm.Store.Hashing;

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
    private const uint FirstArgumentOffset = 16;

    private const ushort LoadWord = 0x20;
    private const ushort And = 0x54;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort JumpAlways = 0x05;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7FFF0000;
    private const uint KillProcess = 0x80000000;
    private const uint Fail = 0x00050000;

    /// <summary>Set-user-id and set-group-id bits of a mode.</summary>
    private const uint SetIdBits = 0xC00;

    /// <summary>The flags of open with which the mode counts: O_CREAT and O_TMPFILE.</summary>
    private const uint CreateFlags = 0x400040;

    /// <summary>The filter, ready for <see cref="SandboxSpec.Filter"/>.</summary>
    public static ByteString Create(SocketRules? sockets = null)
    {
        sockets ??= new SocketRules();
        var x86 = Table([.. SyscallRule.For32Bit, .. sockets.For32Bit()]);
        var x64 = Table([.. SyscallRule.For64Bit, .. sockets.For64Bit()]);
        Instruction[] start =
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

    private static Instruction[] Table(IReadOnlyList<SyscallRule> rules) =>
        [.. rules.SelectMany(Rule), new(Return, 0, 0, Allow)];

    private static Instruction[] Rule(SyscallRule rule)
    {
        Instruction[] body = rule switch
        {
            SyscallRule.Refused refused => [new(Return, 0, 0, Fail | refused.Error)],
            SyscallRule.ModeChecked mode =>
            [
                new(LoadWord, 0, 0, Argument(mode.ModeArgument)),
                new(JumpIfAnyBit, 0, 1, SetIdBits),
                new(Return, 0, 0, Fail | SyscallRule.NotPermitted),
                new(Return, 0, 0, Allow),
            ],
            SyscallRule.OpenChecked open =>
            [
                new(LoadWord, 0, 0, Argument(open.FlagsArgument)),
                new(JumpIfAnyBit, 0, 3, CreateFlags),
                new(LoadWord, 0, 0, Argument(open.FlagsArgument + 1)),
                new(JumpIfAnyBit, 0, 1, SetIdBits),
                new(Return, 0, 0, Fail | SyscallRule.NotPermitted),
                new(Return, 0, 0, Allow),
            ],
            SyscallRule.ValuesRefused values =>
            [
                new(LoadWord, 0, 0, Argument(values.Argument)),
                .. values.Values.Select((value, at) => Jump(value, values.Values.Count - at)),
                new(Return, 0, 0, Allow),
                new(Return, 0, 0, Fail | values.Error),
            ],
            SyscallRule.OtherValuesRefused values =>
            [
                new(LoadWord, 0, 0, Argument(values.Argument)),
                .. values.Values.Select((value, at) => Jump(value, values.Values.Count - at)),
                new(Return, 0, 0, Fail | values.Error),
                new(Return, 0, 0, Allow),
            ],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return [new(JumpIfEqual, 0, (byte)body.Length, rule.Number), .. body];
    }

    private static Instruction Jump(uint value, int distance) => new(JumpIfEqual, (byte)distance, 0, value);

    /// <summary>Where the low half of an argument is; the high half of a mode or of flags means nothing.</summary>
    private static uint Argument(int index) => FirstArgumentOffset + ((uint)index * sizeof(ulong));

    private static ByteString Bytes(Instruction[] instructions)
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

    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);
}
