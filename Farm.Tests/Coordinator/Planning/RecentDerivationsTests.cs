using Farm.Coordinator.Planning;
using Farm.Store.Derivations;
using Farm.Store.Paths;

namespace Farm.Tests.Coordinator.Planning;

public sealed class RecentDerivationsTests
{
    private static readonly StorePath First = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-simple.drv");
    private static readonly StorePath Second = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-other.drv");
    private static readonly StorePath Third = StorePath.Parse("3ghsl9sd83mc26i81adpa2fzf3yw4f68-third.drv");

    private static readonly Derivation Derivation = DerivationParser.Parse(
        StoreDir.Default,
        First,
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors/drv", First.ToString()))
    );

    private readonly RecentDerivations _recent = new(maxBytes: 10);

    [Fact]
    public void What_is_wanted_again_outlives_what_is_not()
    {
        _recent.Add(First, Derivation, 6);
        _recent.Add(Second, Derivation, 6); // the second generation
        Assert.Same(Derivation, _recent.Find(First)); // wanted again, and so the third
        _recent.Add(Third, Derivation, 4);
        Assert.Same(Derivation, _recent.Find(First));
        _recent.Add(Third, Derivation, 4);
        _recent.Add(Second, Derivation, 6);
        Assert.Same(Derivation, _recent.Find(First));
        Assert.Same(Derivation, _recent.Find(Second));
    }

    [Fact]
    public void What_was_not_wanted_for_two_generations_is_forgotten()
    {
        _recent.Add(First, Derivation, 6);
        _recent.Add(Second, Derivation, 6);
        _recent.Add(Third, Derivation, 6);
        Assert.Null(_recent.Find(First));
    }

    [Fact]
    public void What_is_longer_than_a_generation_is_not_kept()
    {
        _recent.Add(First, Derivation, 11);
        Assert.Null(_recent.Find(First));
    }
}
