using Farm.Sandbox.Linux;

namespace Farm.Sandbox.Outside;

/// <summary>Network namespaces that nobody has been in, for the next builds: making one takes as long as the rest of a sandbox's
/// namespaces four times over.</summary>
/// <remarks>Each build offers one when its builder has begun; see <see cref="NetworkSource"/>. What is not used for a while is given up.</remarks>
internal unsafe struct SpareNetworks
{
    private const int Most = 8;
    private const int IdleMs = 10_000;

    private fixed int _spares[Most];
    private int _count;
    private int _arrivals;

    /// <summary>Where builds offer them; -1 where the kernel gives no socket.</summary>
    public int Offers { get; private set; }

    public static SpareNetworks Open()
    {
        var ends = stackalloc int[2];
        var made = Kernel.SocketPair(Flags.UnixDomain, Flags.SequencedPackets | Flags.CloseOnExec, ends);
        return made < 0
            ? new SpareNetworks { _arrivals = -1, Offers = -1 }
            : new SpareNetworks { _arrivals = ends[0], Offers = ends[1] };
    }

    /// <summary>Keeps what is offered until there is something to read on a descriptor.</summary>
    public void Await(int descriptor)
    {
        var entries = stackalloc PollEntry[2];
        while (true)
        {
            entries[0] = new PollEntry { Fd = descriptor, Events = PollEntry.Readable };
            entries[1] = new PollEntry { Fd = _arrivals, Events = PollEntry.Readable };
            var count = Kernel.Poll(entries, 2, _count > 0 ? IdleMs : -1);
            if (count == 0)
                Drop();
            if (count > 0 && entries[1].Happened != 0)
                Keep(DescriptorMessage.Receive(_arrivals));
            if (count > 0 && entries[0].Happened != 0)
                return;
        }
    }

    /// <returns>A namespace; -1 where there is none.</returns>
    public int Take() => _count > 0 ? _spares[--_count] : -1;

    /// <summary>In the process of a build, which may offer, but has nothing of the others.</summary>
    public void Close()
    {
        Drop();
        Kernel.Close(_arrivals);
    }

    private void Keep(int network)
    {
        if (network < 0)
            return;
        if (_count < Most)
            _spares[_count++] = network;
        else
            Kernel.Close(network);
    }

    private void Drop()
    {
        while (_count > 0)
            Kernel.Close(_spares[--_count]);
    }
}
