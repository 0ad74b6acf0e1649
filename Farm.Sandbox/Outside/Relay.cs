using System.Runtime.InteropServices;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;

namespace Farm.Sandbox.Outside;

/// <summary>Passes the builder's output on and watches the limits until the sandbox has ended.</summary>
internal sealed unsafe class Relay(Channel channel, SandboxProcess sandbox, Plan* plan, LateInputs late)
{
    private const int BufferLength = 64 << 10;

    /// <summary>One frame of output: its header, then what was read.</summary>
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(Channel.HeaderLength + BufferLength);
    private readonly long _startMs = Clock.NowMs();
    private long _lastOutputMs = Clock.NowMs();
    private int _first;
    private int _end;
    private bool _isTerminalOpen = true;
    private bool _isEnded;

    /// <summary>Bytes of output read so far.</summary>
    public long LogBytes { get; private set; }

    /// <summary>Runs to the end; every process inside is gone when it returns.</summary>
    public RelayEnd Run()
    {
        Kernel.FileControl(channel.Descriptor, FileControls.SetFlags, Flags.NonBlocking);
        RelayEnd? end = null;
        while (end is null && (_isTerminalOpen || _first < _end || !_isEnded))
            end = Turn();
        if (end is not null)
            sandbox.Kill();
        sandbox.Reap();
        EndFrame();
        return end ?? RelayEnd.Completed;
    }

    /// <summary>A frame of output that has begun must end before another frame.</summary>
    private void EndFrame()
    {
        channel.Write(_buffer + _first, _end - _first);
        _first = _end;
    }

    /// <summary>Shows a further input inside.</summary>
    /// <returns>False when the build is no longer wanted.</returns>
    private bool TakeInput()
    {
        if (!channel.TryReadInput(out var input))
            return false;
        var fault = late.TryShow(&input);
        EndFrame();
        channel.WriteShown(fault ?? "");
        return true;
    }

    private RelayEnd? Turn()
    {
        var entries = stackalloc PollEntry[4];
        var isFull = _first < _end;
        entries[0] = new PollEntry { Fd = channel.Descriptor, Events = PollEntry.Readable };
        entries[1] = new PollEntry
        {
            Fd = _isTerminalOpen && !isFull ? sandbox.Terminal : -1,
            Events = PollEntry.Readable,
        };
        entries[2] = new PollEntry { Fd = isFull ? channel.Descriptor : -1, Events = PollEntry.Writable };
        entries[3] = new PollEntry { Fd = _isEnded || isFull ? -1 : sandbox.Handle, Events = PollEntry.Readable };
        // After the end, what the terminal holds is readable at once, or there is nothing more.
        var count = Kernel.Poll(entries, 4, _isEnded && !isFull ? 0 : TimeLeftMs());
        if (count < 0 && count != -Flags.Interrupted)
            throw new SetupException("waiting for the builder", count);
        if (entries[0].Happened != 0 && count > 0 && !TakeInput())
            return RelayEnd.Cancelled;
        if (count > 0 && entries[2].Happened != 0 && !WriteOut())
            return RelayEnd.Cancelled;
        if (count > 0 && entries[1].Happened != 0)
            ReadTerminal();
        else if (count > 0 && entries[3].Happened != 0)
            _isEnded = true;
        else if (count == 0 && _isEnded && !isFull)
            _isTerminalOpen = false;
        if (plan->MaxLogBytes > 0 && LogBytes > plan->MaxLogBytes)
            return RelayEnd.LogLimit;
        return _isEnded ? null : TimeUp();
    }

    private void ReadTerminal()
    {
        var count = Kernel.Read(sandbox.Terminal, _buffer + Channel.HeaderLength, BufferLength);
        if (count > 0)
        {
            _lastOutputMs = Clock.NowMs();
            LogBytes += count;
            var passed = plan->MaxLogBytes > 0 ? Math.Min(count, plan->MaxLogBytes - (LogBytes - count)) : count;
            if (passed <= 0)
                return;
            Channel.WriteLogHeader(_buffer, (int)passed);
            (_first, _end) = (0, Channel.HeaderLength + (int)passed);
            WriteOut();
        }
        else if (count is not (-Flags.TryAgain or -Flags.Interrupted))
        {
            // Nobody holds the terminal any more: the build has ended, whatever still runs.
            _isTerminalOpen = false;
            sandbox.EndBuilder();
        }
    }

    /// <returns>False when nobody reads the output any more.</returns>
    private bool WriteOut()
    {
        while (_first < _end)
        {
            var count = Kernel.Write(channel.Descriptor, _buffer + _first, _end - _first);
            if (count < 0)
                return count is -Flags.TryAgain or -Flags.Interrupted;
            _first += (int)count;
        }
        return true;
    }

    private RelayEnd? TimeUp()
    {
        var now = Clock.NowMs();
        if (plan->TimeoutMs > 0 && now - _startMs >= plan->TimeoutMs)
            return RelayEnd.TimedOut;
        return plan->SilenceMs > 0 && now - _lastOutputMs >= plan->SilenceMs ? RelayEnd.Silent : null;
    }

    private int TimeLeftMs()
    {
        var left = long.MaxValue;
        var now = Clock.NowMs();
        if (plan->TimeoutMs > 0)
            left = Math.Min(left, plan->TimeoutMs - (now - _startMs));
        if (plan->SilenceMs > 0)
            left = Math.Min(left, plan->SilenceMs - (now - _lastOutputMs));
        return left == long.MaxValue ? -1 : (int)Math.Clamp(left, 0, int.MaxValue);
    }
}

/// <summary>Why the relay stopped.</summary>
internal enum RelayEnd
{
    Completed,
    TimedOut,
    Silent,
    LogLimit,
    Cancelled,
}
