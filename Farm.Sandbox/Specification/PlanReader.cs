using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Farm.Sandbox.Specification;

/// <summary>Reads a specification into unmanaged memory.</summary>
/// <remarks>Shape: the eight bytes of <see cref="Magic"/>, the body's length (u32), the body. Numbers are
/// little-endian; a text is its length (u32), its bytes and a NUL byte; a list is its count (u32) and its entries.
/// Texts are not copied: they stay where they were read to. The order of the fields is the order of <see cref="Read"/>.</remarks>
internal unsafe ref struct PlanReader
{
    public const int HeaderLength = 12;
    public const int MaxBodyLength = 256 << 20;

    private readonly byte* _body;
    private readonly int _length;
    private int _at;

    private PlanReader(byte* body, int length)
    {
        _body = body;
        _length = length;
    }

    /// <summary>The first bytes; the last one is the version.</summary>
    public static ReadOnlySpan<byte> Magic => "FARMSBX\u0003"u8;

    /// <exception cref="FormatException">The header is not that of a specification of this version.</exception>
    public static int BodyLength(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(Magic))
            throw new FormatException("the specification begins with other bytes than this version's");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[Magic.Length..]);
        return length <= MaxBodyLength
            ? (int)length
            : throw new FormatException($"a specification of {length} bytes exceeds {MaxBodyLength} bytes");
    }

    /// <param name="body">Stays allocated as long as the plan is used.</param>
    /// <exception cref="FormatException">The body is malformed.</exception>
    public static Plan* Read(byte* body, int length)
    {
        var reader = new PlanReader(body, length);
        var plan = (Plan*)NativeMemory.AllocZeroed((nuint)sizeof(Plan));
        reader.ReadSurroundings(plan);
        reader.ReadContents(plan);
        reader.ReadBuilder(plan);
        return reader._at == length
            ? plan
            : throw new FormatException($"the specification goes on after its end at byte {reader._at}");
    }

    /// <summary>Reads one input by itself.</summary>
    /// <param name="body">Stays allocated as long as the input is used.</param>
    /// <exception cref="FormatException">The body is malformed.</exception>
    public static Input ReadInput(byte* body, int length)
    {
        var reader = new PlanReader(body, length);
        var input = reader.Input();
        return reader._at == length
            ? input
            : throw new FormatException($"the input goes on after its end at byte {reader._at}");
    }

    private Input Input() => new() { Source = Path(), Name = Name() };

    private void ReadSurroundings(Plan* plan)
    {
        plan->Scratch = Path();
        plan->MountPoints = Text();
        plan->StoreDirectory = Path();
        plan->BuildDirectory = Path();
        plan->HostName = Text();
        plan->DomainName = Text();
        plan->SharedMemoryOption = Text();
        plan->Flags = (PlanFlags)U32();
        plan->SandboxUid = U32();
        plan->SandboxGid = U32();
        plan->HostUid = U32();
        plan->HostGid = U32();
        plan->Personality = U64();
    }

    private void ReadContents(Plan* plan)
    {
        plan->Inputs = List<Input>(out plan->InputCount);
        for (var i = 0; i < plan->InputCount; i++)
            plan->Inputs[i] = Input();
        plan->Binds = List<Bind>(out plan->BindCount);
        for (var i = 0; i < plan->BindCount; i++)
            plan->Binds[i] = new Bind
            {
                Target = Path(),
                Source = Path(),
                Flags = (BindFlags)U32(),
            };
        plan->BuildFiles = Files(out plan->BuildFileCount);
        plan->EtcFiles = Files(out plan->EtcFileCount);
        plan->ControlGroups = List<Text>(out plan->ControlGroupCount);
        for (var i = 0; i < plan->ControlGroupCount; i++)
            plan->ControlGroups[i] = Path();
        plan->Limits = List<Limit>(out plan->LimitCount);
        for (var i = 0; i < plan->LimitCount; i++)
            plan->Limits[i] = new Limit
            {
                Resource = U32(),
                Soft = U64(),
                Hard = U64(),
            };
    }

    private void ReadBuilder(Plan* plan)
    {
        plan->Builder = Text();
        plan->Arguments = TextList();
        plan->Environment = TextList();
        plan->Filter = Bytes();
        plan->TimeoutMs = (long)U64();
        plan->SilenceMs = (long)U64();
        plan->MaxLogBytes = (long)U64();
    }

    private GivenFile* Files(out int count)
    {
        var files = List<GivenFile>(out count);
        for (var i = 0; i < count; i++)
            files[i] = new GivenFile
            {
                Name = Name(),
                Content = Bytes(),
                Mode = (int)U32(),
            };
        return files;
    }

    private byte** TextList()
    {
        var count = Count();
        var texts = (byte**)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < count; i++)
            texts[i] = Text().Bytes;
        return texts;
    }

    private T* List<T>(out int count)
        where T : unmanaged
    {
        count = Count();
        return (T*)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(T));
    }

    /// <summary>A count, no greater than the bytes that are left: every entry has at least one.</summary>
    private int Count()
    {
        var count = U32();
        return count <= _length - _at
            ? (int)count
            : throw new FormatException($"a list of {count} entries at byte {_at - 4} does not fit in");
    }

    private Text Path()
    {
        var text = Text();
        return text.Length > 0 && text.Bytes[0] == (byte)'/'
            ? text
            : throw new FormatException($"the path '{text}' at byte {_at - text.Length} is not absolute");
    }

    private Text Name()
    {
        var name = Text();
        var span = new ReadOnlySpan<byte>(name.Bytes, name.Length);
        return !span.IsEmpty && !span.Contains((byte)'/') && !span.SequenceEqual("."u8) && !span.SequenceEqual(".."u8)
            ? name
            : throw new FormatException($"'{name}' at byte {_at - name.Length} is no plain file name");
    }

    private Text Text()
    {
        var text = Bytes();
        return new ReadOnlySpan<byte>(text.Bytes, text.Length).Contains((byte)0)
            ? throw new FormatException($"the text at byte {_at - text.Length} holds a NUL byte")
            : text;
    }

    private Text Bytes()
    {
        var length = Count();
        var bytes = Take(length + 1);
        return bytes[length] == 0
            ? new Text { Bytes = bytes, Length = length }
            : throw new FormatException($"the text before byte {_at} does not end in a NUL byte");
    }

    private uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(Take(4), 4));

    private ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(Take(8), 8));

    private byte* Take(int length)
    {
        if (length > _length - _at)
            throw new FormatException($"the specification ends at byte {_length}, inside a field");
        var taken = _body + _at;
        _at += length;
        return taken;
    }
}
