namespace Farm.Sandbox.Linux;

/// <summary>Messages of one byte that hand over one descriptor.</summary>
internal static unsafe class DescriptorMessage
{
    /// <summary>Of the control message with its padding: length (u64), level and kind (u32 each), the descriptor.</summary>
    private const int ControlLength = 24;
    private const int UsedLength = 20;
    private const int LevelAt = 8;
    private const int DescriptorAt = 16;
    private const ulong RightsOfSockets = 1UL | (1UL << 32);

    /// <returns>1, or the negative errno.</returns>
    public static nint Send(int socket, int descriptor, int flags)
    {
        byte one = 1;
        var piece = new MemoryPiece { Start = &one, Length = 1 };
        var control = stackalloc byte[ControlLength];
        *(ulong*)control = UsedLength;
        *(ulong*)(control + LevelAt) = RightsOfSockets;
        *(ulong*)(control + DescriptorAt) = (uint)descriptor;
        var message = Message(&piece, control);
        return Kernel.SendMessage(socket, &message, flags);
    }

    /// <returns>The descriptor; negative when no more will come.</returns>
    public static int Receive(int socket)
    {
        var control = stackalloc byte[ControlLength];
        while (true)
        {
            byte one;
            var piece = new MemoryPiece { Start = &one, Length = 1 };
            var message = Message(&piece, control);
            *(nuint*)control = 0;
            var count = Kernel.ReceiveMessage(socket, &message, Flags.MessageCloseOnExec);
            if (count == -Flags.Interrupted)
                continue;
            if (count <= 0)
                return -1;
            if (message.ControlLength > DescriptorAt)
                return *(int*)(control + DescriptorAt);
        }
    }

    private static SocketMessage Message(MemoryPiece* piece, byte* control) =>
        new()
        {
            Pieces = piece,
            PieceCount = 1,
            Control = control,
            ControlLength = ControlLength,
        };
}
