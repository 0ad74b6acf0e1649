using System.Buffers.Binary;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Worker.Sandboxes;

public sealed class SeccompFilterTests
{
    private const uint X64 = 0xC000003E;
    private const uint X86 = 0x40000003;
    private const uint X32Bit = 0x40000000;
    private const uint Allow = 0x7FFF0000;
    private const uint NotPermitted = 0x00050001;
    private const uint NotSupported = 0x0005005F;
    private const uint NoSuchCall = 0x00050026;
    private const ulong Garbage = 0xDEADBEEF_00000000;

    /// <summary>Call, index of its mode, by architecture.</summary>
    public static TheoryData<uint, uint, int> CallsWithMode =>
        new()
        {
            { X64, 85, 1 },
            { X64, 90, 1 },
            { X64, 91, 1 },
            { X64, 133, 1 },
            { X64, 259, 2 },
            { X64, 268, 2 },
            { X64, 452, 2 },
            { X64, 90 | X32Bit, 1 },
            { X64, 452 | X32Bit, 2 },
            { X86, 8, 1 },
            { X86, 14, 1 },
            { X86, 15, 1 },
            { X86, 94, 1 },
            { X86, 297, 2 },
            { X86, 306, 2 },
            { X86, 452, 2 },
        };

    public static TheoryData<uint, uint, int> CallsWithFlags =>
        new()
        {
            { X64, 2, 1 },
            { X64, 257, 2 },
            { X64, 257 | X32Bit, 2 },
            { X86, 5, 1 },
            { X86, 295, 2 },
        };

    [Theory]
    [MemberData(nameof(CallsWithMode))]
    public void Create_refuses_set_id_bits(uint architecture, uint call, int mode)
    {
        foreach (var bits in (ulong[])[0x800, 0x400, 0xC00])
            Assert.Equal(NotPermitted, Decide(architecture, call, (mode, Garbage | bits | 0x1ED)));
        Assert.Equal(Allow, Decide(architecture, call, (mode, 0x3FF)));
    }

    [Theory]
    [MemberData(nameof(CallsWithFlags))]
    public void Create_looks_at_the_mode_of_open_only_when_it_makes_a_file(uint architecture, uint call, int flags)
    {
        foreach (var making in (ulong[])[0x40, 0x410000 | 0x400000])
            Assert.Equal(NotPermitted, Decide(architecture, call, (flags, making), (flags + 1, 0x9ED)));
        Assert.Equal(Allow, Decide(architecture, call, (flags, 0x40), (flags + 1, 0x1ED)));
        Assert.Equal(Allow, Decide(architecture, call, (flags, 0), (flags + 1, 0xFFFF)));
    }

    [Fact]
    public void Create_lets_nobody_have_extended_attributes()
    {
        Assert.All(Enumerable.Range(188, 9), call => Assert.Equal(NotSupported, Decide(X64, (uint)call)));
        Assert.All(Enumerable.Range(188, 9), call => Assert.Equal(NotSupported, Decide(X64, (uint)call | X32Bit)));
        Assert.All(Enumerable.Range(226, 9), call => Assert.Equal(NotSupported, Decide(X86, (uint)call)));
        Assert.All((uint[])[463, 464, 465], call => Assert.Equal(NotSupported, Decide(X86, call)));
        Assert.Equal(Allow, Decide(X64, 197));
        Assert.Equal(Allow, Decide(X86, 235));
    }

    [Theory]
    [InlineData(425)]
    [InlineData(437)]
    public void Create_hides_the_calls_that_pass_by_a_filter(uint call)
    {
        Assert.Equal(NoSuchCall, Decide(X64, call));
        Assert.Equal(NoSuchCall, Decide(X64, call | X32Bit));
        Assert.Equal(NoSuchCall, Decide(X86, call));
    }

    /// <summary>Architecture, call, and whether it is as if the kernel had no such call.</summary>
    public static TheoryData<uint, uint, bool> CallsOfNoBuild =>
        new()
        {
            { X64, 103, false },
            { X64, 298, false },
            { X64, 321, false },
            { X64, 323, false },
            { X64, 321 | X32Bit, false },
            { X64, 248, true },
            { X64, 250 | X32Bit, true },
            { X86, 357, false },
            { X86, 374, false },
            { X86, 443, false },
            { X86, 286, true },
        };

    [Theory]
    [MemberData(nameof(CallsOfNoBuild))]
    public void Create_refuses_what_no_build_needs(uint architecture, uint call, bool isHidden) =>
        Assert.Equal(isHidden ? NoSuchCall : NotPermitted, Decide(architecture, call));

    [Theory]
    [InlineData(X64, 16)]
    [InlineData(X64, 514 | X32Bit)]
    [InlineData(X86, 54)]
    public void Create_lets_nobody_type_for_another(uint architecture, uint ioctl)
    {
        const uint inputOutput = 0x00050005;
        Assert.Equal(inputOutput, Decide(architecture, ioctl, (1, Garbage | 0x5412)));
        Assert.Equal(inputOutput, Decide(architecture, ioctl, (1, 0x541C)));
        Assert.Equal(Allow, Decide(architecture, ioctl, (1, 0x5413)));
    }

    [Theory]
    [InlineData(X64, 41)]
    [InlineData(X64, 41 | X32Bit)]
    [InlineData(X86, 359)]
    public void Create_allows_the_families_of_sockets_that_builds_use(uint architecture, uint socket)
    {
        const uint noSuchFamily = 0x00050061;
        foreach (var family in (ulong[])[1, 2, 10, 16, 17])
            Assert.Equal(Allow, Decide(architecture, socket, (0, Garbage | family)));
        foreach (var family in (ulong[])[0, 21, 38, 40])
            Assert.Equal(noSuchFamily, Decide(architecture, socket, (0, family)));
    }

    [Fact]
    public void Create_hides_sockets_by_socketcall_unless_the_platform_has_32_bits()
    {
        const uint socketCall = 102;
        Assert.Equal(NoSuchCall, Decide(X86, socketCall, (0, 1)));
        Assert.Equal(Allow, Decide(X86, socketCall, (0, 3)));
        var filter = SeccompFilter.Create(new SocketRules(Allows32Bit: true));
        Assert.Equal(Allow, DecideBy(filter.Span, X86, socketCall, (0, 1)));
    }

    [Fact]
    public void Create_allows_the_rest() =>
        Assert.All((uint[])[0, 1, 16, 53, 59, 101, 231, 272, 435, 451], call => Assert.Equal(Allow, Decide(X64, call)));

    [Fact]
    public void Create_does_with_every_call_what_its_rule_says()
    {
        var sockets = new SocketRules();
        var filter = SeccompFilter.Create(sockets);
        Check(X64, 0, [.. SyscallRule.For64Bit, .. sockets.For64Bit()]);
        Check(X64, X32Bit, [.. SyscallRule.For64Bit, .. sockets.For64Bit()]);
        Check(X86, 0, [.. SyscallRule.For32Bit, .. sockets.For32Bit()]);

        void Check(uint architecture, uint bit, IReadOnlyList<SyscallRule> rules)
        {
            uint[] values = [0, 1, 2, 10, 16, 17, 38, 0x40, 0x1ED, 0x800, 0xC40, 0x5412, 0x541C, uint.MaxValue];
            foreach (var call in Enumerable.Range(0, 1024).Select(call => (uint)call).Append(uint.MaxValue & ~X32Bit))
            {
                var rule = rules.SingleOrDefault(rule => rule.Number == call);
                foreach (var value in values)
                    Assert.Equal(
                        Expected(rule, value),
                        DecideBy(
                            filter.Span,
                            architecture,
                            call | bit,
                            [.. Enumerable.Range(0, 6).Select(i => (i, (ulong)value))]
                        )
                    );
            }
        }

        // Where every argument has this value.
        static uint Expected(SyscallRule? rule, uint value) =>
            rule switch
            {
                SyscallRule.Refused refused => 0x00050000 | refused.Error,
                SyscallRule.ModeChecked when (value & 0xC00) != 0 => NotPermitted,
                SyscallRule.OpenChecked when (value & 0x400040) != 0 && (value & 0xC00) != 0 => NotPermitted,
                SyscallRule.ValuesRefused values when values.Values.Contains(value) => 0x00050000 | values.Error,
                SyscallRule.OtherValuesRefused values when !values.Values.Contains(value) => 0x00050000 | values.Error,
                _ => Allow,
            };
    }

    [Fact]
    public void Create_kills_a_process_of_another_architecture() => Assert.Equal(0x80000000, Decide(0xC00000B7, 0));

    private static uint Decide(uint architecture, uint call, params (int Index, ulong Value)[] arguments) =>
        DecideBy(SeccompFilter.Create().Span, architecture, call, arguments);

    /// <summary>Runs the filter as the kernel does.</summary>
    private static uint DecideBy(
        ReadOnlySpan<byte> program,
        uint architecture,
        uint call,
        params (int Index, ulong Value)[] arguments
    )
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, call);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        foreach (var (index, value) in arguments)
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (index * 8)), value);
        uint accumulator = 0;
        for (var at = 0; ; at++)
        {
            var instruction = program.Slice(at * 8, 8);
            var operand = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)operand));
                    break;
                case 0x54:
                    accumulator &= operand;
                    break;
                case 0x15:
                    at += accumulator == operand ? instruction[2] : instruction[3];
                    break;
                case 0x25:
                    at += accumulator > operand ? instruction[2] : instruction[3];
                    break;
                case 0x35:
                    at += accumulator >= operand ? instruction[2] : instruction[3];
                    break;
                case 0x45:
                    at += (accumulator & operand) != 0 ? instruction[2] : instruction[3];
                    break;
                case 0x05:
                    at += (int)operand;
                    break;
                case 0x06:
                    return operand;
                default:
                    throw new InvalidOperationException($"instruction {at} is unknown");
            }
        }
    }
}
