namespace Farm.Tests.Conformance;

/// <summary>Both sides, with the derivations of all cases.</summary>
public sealed class ConformanceFixture : IAsyncLifetime, IDisposable
{
    private NixSide? _nix;
    private FarmSide? _farm;

    internal NixSide Nix => _nix ?? throw new InvalidOperationException("real Nix is not on this machine");

    internal FarmSide Farm => _farm ?? throw new InvalidOperationException("real Nix is not on this machine");

    public async Task InitializeAsync()
    {
        if (new ConformanceTheoryAttribute().Skip is not null)
            return;
        _nix = new NixSide();
        await _nix.InstantiateAsync([.. ConformanceTests.Cases.Values], CancellationToken.None);
        _farm = await FarmSide.OpenAsync(_nix);
    }

    public async Task DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
    }

    public void Dispose() => _nix?.Dispose();
}
