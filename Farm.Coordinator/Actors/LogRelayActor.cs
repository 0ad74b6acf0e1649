using Farm.Coordinator.Logs;
using Farm.Protocol;
using Microsoft.Extensions.Logging;

namespace Farm.Coordinator.Actors;

/// <summary>The one writer of logs, who tells those that follow one when it grows.</summary>
internal sealed class LogRelayActor : ReceiveActor
{
    private readonly Dictionary<AttemptId, HashSet<IActorRef>> _followers = [];

    public LogRelayActor(LogFiles files, ILogger log)
    {
        ReceiveAsync<LogMessage.Store>(async piece =>
        {
            var sender = Sender;
            try
            {
                var stored = await files
                    .AppendAsync(piece.Attempt, piece.Offset, piece.Bytes, CancellationToken.None)
                    .ConfigureAwait(true);
                var answer = new LogMessage.Stored(piece.Attempt, stored);
                sender.Tell(answer);
                TellFollowers(answer, piece.Attempt);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Not acknowledged, so the worker sends it again in its next session.
                Log.LogNotStored(log, piece.Attempt, failure);
                sender.Tell(new LogMessage.NotStored(piece.Attempt, failure.Message));
            }
        });
        Receive<LogMessage.Ask>(ask => Sender.Tell(new LogMessage.Stored(ask.Attempt, files.Length(ask.Attempt))));
        Receive<LogMessage.Follow>(follow =>
        {
            if (!_followers.TryGetValue(follow.Attempt, out var followers))
            {
                _followers.Add(follow.Attempt, followers = []);
            }

            followers.Add(Sender);
            Context.Watch(Sender);
            Sender.Tell(new LogMessage.Stored(follow.Attempt, files.Length(follow.Attempt)));
        });
        Receive<LogMessage.Ended>(ended =>
        {
            TellFollowers(ended, ended.Attempt);
            _followers.Remove(ended.Attempt);
        });
        Receive<Terminated>(gone =>
        {
            foreach (var followers in _followers.Values)
            {
                followers.Remove(gone.ActorRef);
            }
        });
    }

    private void TellFollowers(LogMessage message, AttemptId attempt)
    {
        foreach (var follower in _followers.GetValueOrDefault(attempt) ?? [])
        {
            follower.Tell(message);
        }
    }
}
