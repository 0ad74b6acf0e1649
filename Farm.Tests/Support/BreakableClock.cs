namespace Farm.Tests.Support;

/// <summary>The system's clock until it breaks: what asks it then fails, as if it had a bug.</summary>
internal sealed class BreakableClock : TimeProvider
{
    private volatile bool _isBroken;

    public void Break() => _isBroken = true;

    public void Mend() => _isBroken = false;

    public override DateTimeOffset GetUtcNow() =>
        _isBroken ? throw new InvalidOperationException("the clock is broken") : base.GetUtcNow();
}
