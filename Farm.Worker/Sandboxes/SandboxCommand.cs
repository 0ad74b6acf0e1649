using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Farm.Store.Hashing;

namespace Farm.Worker.Sandboxes;

/// <summary>The text of a <see cref="SandboxSpec"/> that <c>farm-sandbox</c> reads.</summary>
/// <remarks>Shape: eight bytes of magic and version, the body's length (u32), the body. Numbers are little-endian, a
/// text is its length (u32), its bytes and a NUL byte, a list its count (u32) and its entries. It goes through a socket, never the
/// command line, because arguments are visible inside. The reader is <c>PlanReader</c> of the helper.</remarks>
public sealed class SandboxCommand
{
    /// <summary>Largest body that the helper accepts, in bytes.</summary>
    public const int MaxBodyBytes = 256 << 20;

    private const ulong KeepHardLimit = ulong.MaxValue - 1;

    private readonly ArrayBufferWriter<byte> _body = new();

    private SandboxCommand() { }

    private static ReadOnlySpan<byte> Magic => "FARMSBX\u0003"u8;

    /// <summary>The bytes to write to the helper's standard input.</summary>
    /// <exception cref="ArgumentException">A text holds a NUL byte, or the whole is too large.</exception>
    public static ReadOnlyMemory<byte> Encode(SandboxSpec spec)
    {
        var command = new SandboxCommand();
        command.WriteSurroundings(spec);
        command.WriteContents(spec);
        command.WriteBuilder(spec);
        return command.Framed();
    }

    /// <summary>The bytes that show one more input while the builder runs: their length (u32), then as in a specification.</summary>
    public static ReadOnlyMemory<byte> Encode(SandboxInput input)
    {
        var command = new SandboxCommand();
        command.U32(0);
        command.Input(input);
        var bytes = command._body.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(bytes.Length - sizeof(uint)));
        return bytes;
    }

    private void WriteSurroundings(SandboxSpec spec)
    {
        Text(spec.ScratchDirectory);
        Text(spec.MountPoints ?? "");
        Text(spec.StoreDir.Text);
        Text(spec.BuildDirectory);
        Text(spec.HostName);
        Text(spec.DomainName);
        Text(spec.SharedMemoryOption);
        U32(
            (spec.KeepsNetwork ? 1u : 0)
                | (spec.UsesUserNamespace ? 2u : 0)
                | (spec.HasKvm ? 4u : 0)
                | (spec.HasGivenDevices ? 8u : 0)
                | (spec.IsUnconfined ? 32u : 0)
                | (spec.HasNixSocket ? 64u : 0)
                | (spec.EndsOthersOfUser ? 128u : 0)
        );
        U32(spec.Ids.Uid);
        U32(spec.Ids.Gid);
        U32(spec.Ids.HostUid);
        U32(spec.Ids.HostGid);
        U64(spec.Personality);
    }

    private void WriteContents(SandboxSpec spec)
    {
        U32((uint)spec.Inputs.Length);
        foreach (var input in spec.Inputs)
            Input(input);
        U32((uint)spec.Binds.Length);
        foreach (var bind in spec.Binds)
        {
            Text(bind.Target);
            Text(bind.Source);
            U32((bind.IsOptional ? 1u : 0) | (bind.FollowsSource ? 2u : 0) | (bind.IsReadOnly ? 4u : 0));
        }
        Files(spec.BuildFiles);
        Files(spec.EtcFiles);
        U32((uint)spec.ControlGroups.Length);
        foreach (var group in spec.ControlGroups)
            Text(group);
        U32((uint)spec.Limits.Length);
        foreach (var limit in spec.Limits)
        {
            U32(limit.Resource);
            U64(limit.Soft);
            U64(limit.Hard ?? KeepHardLimit);
        }
    }

    private void WriteBuilder(SandboxSpec spec)
    {
        Text(spec.Builder.Span);
        U32((uint)spec.Arguments.Length);
        foreach (var argument in spec.Arguments)
            Text(argument.Span);
        U32((uint)spec.Environment.Count);
        foreach (var (name, value) in spec.Environment)
            Text([.. name.Span, (byte)'=', .. value.Span]);
        Bytes(spec.Filter.Span);
        U64((ulong)(spec.Timeout?.TotalMilliseconds ?? 0));
        U64((ulong)(spec.MaxSilent?.TotalMilliseconds ?? 0));
        U64((ulong)(spec.MaxLogBytes ?? 0));
    }

    private void Input(SandboxInput input)
    {
        Text(input.Source);
        Text(input.Path.ToString());
    }

    private void Files(ImmutableArray<SandboxFile> files)
    {
        U32((uint)files.Length);
        foreach (var file in files)
        {
            Text(file.Name);
            Bytes(file.Content.Span);
            U32((uint)file.Mode);
        }
    }

    private ReadOnlyMemory<byte> Framed()
    {
        if (_body.WrittenCount > MaxBodyBytes)
            throw new ArgumentException(
                $"A sandbox specification of {_body.WrittenCount} bytes exceeds {MaxBodyBytes}."
            );
        var framed = new byte[Magic.Length + sizeof(uint) + _body.WrittenCount];
        Magic.CopyTo(framed);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(Magic.Length), (uint)_body.WrittenCount);
        _body.WrittenSpan.CopyTo(framed.AsSpan(Magic.Length + sizeof(uint)));
        return framed;
    }

    private void Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    private void Text(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0))
            throw new ArgumentException(
                $"'{ByteString.FromBytes(text)}' holds a NUL byte, which neither a path nor an argument can."
            );
        Bytes(text);
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        U32((uint)bytes.Length);
        _body.Write(bytes);
        _body.Write("\0"u8);
    }

    private void U32(uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_body.GetSpan(sizeof(uint)), number);
        _body.Advance(sizeof(uint));
    }

    private void U64(ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_body.GetSpan(sizeof(ulong)), number);
        _body.Advance(sizeof(ulong));
    }
}
