using Farm.Protocol.Api;

namespace Farm.Cli.Progress;

/// <summary>Shows what happens to a build.</summary>
internal interface IProgressDisplay : IAsyncDisposable
{
    /// <summary>Something in words that is not about a step, such as the sending of inputs; null takes it away.</summary>
    void Notice(string? sentence);

    /// <summary>Shows an event.</summary>
    void Show(BuildEvent happened);
}
