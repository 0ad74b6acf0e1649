using System.Threading.Channels;

namespace Farm.Coordinator.Actors;

/// <summary>Stands for a request that follows something: asks to follow, and passes on what it is told.</summary>
internal sealed class FollowingActor<T> : ReceiveActor
{
    private readonly ChannelWriter<T> _writer;
    private readonly IActorRef _followed;
    private readonly object _wish;

    /// <param name="wish">The message that makes <paramref name="followed"/> tell this actor.</param>
    public FollowingActor(ChannelWriter<T> writer, IActorRef followed, object wish)
    {
        (_writer, _followed, _wish) = (writer, followed, wish);
        Receive<T>(told => _writer.TryWrite(told));
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    protected override void PreStart()
    {
        Context.Watch(_followed);
        _followed.Tell(_wish);
    }

    protected override void PostStop() => _writer.TryComplete();
}
