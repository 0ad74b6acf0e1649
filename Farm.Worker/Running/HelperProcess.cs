using System.Net.Sockets;

namespace Farm.Worker.Running;

/// <summary>A running <c>farm-sandbox</c>; it ends when this is disposed, and every build that it runs with it.</summary>
internal sealed class HelperProcess : IDisposable
{
    private readonly SafeSocketHandle _control;

    private HelperProcess(int id, SafeSocketHandle control) => (Id, _control) = (id, control);

    public int Id { get; }

    /// <exception cref="SandboxException">It cannot be started.</exception>
    public static HelperProcess Start(string program)
    {
        var (ours, theirs) = HelperCalls.ConnectedPair();
        using (theirs)
        {
            try
            {
                return new HelperProcess(HelperCalls.Start(program, theirs), ours);
            }
            catch (SandboxException)
            {
                ours.Dispose();
                throw;
            }
        }
    }

    /// <summary>Hands it a connection, for which it makes a process.</summary>
    /// <returns>Our side; null where it has ended.</returns>
    public Socket? TryConnect()
    {
        var (ours, theirs) = HelperCalls.ConnectedPair();
        using (theirs)
        {
            if (HelperCalls.TrySend(_control, theirs))
                return new Socket(ours);
        }
        ours.Dispose();
        return null;
    }

    public void Dispose()
    {
        // It has nothing to do but to wait for this, so that the wait is short.
        _control.Dispose();
        HelperCalls.Kill(Id);
        HelperCalls.Reap(Id);
    }
}
