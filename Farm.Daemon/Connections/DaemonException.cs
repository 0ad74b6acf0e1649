namespace Farm.Daemon.Connections;

/// <summary>A client asked for something that is not done. The message is one sentence for it.</summary>
/// <param name="closes">Whether the connection cannot go on.</param>
public sealed class DaemonException(string message, bool closes = false) : Exception(message)
{
    public bool Closes => closes;
}
