namespace Farm.Daemon.Building.Steps;

/// <summary>Builds single derivations, here or elsewhere, and makes their outputs valid in the daemon's store.</summary>
internal interface IStepBuilder
{
    /// <summary>Whether building this takes one of the client's jobs.</summary>
    bool UsesJob(StepWork work);

    /// <param name="work">What is to be built.</param>
    /// <param name="listener">Told of it while it runs.</param>
    /// <param name="ct">Nobody wants it any more.</param>
    Task<StepEnd> BuildAsync(StepWork work, IStepListener listener, CancellationToken ct);
}
