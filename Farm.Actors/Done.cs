namespace Farm.Actors;

/// <summary>The result of a task that yields nothing but its end.</summary>
public sealed class Done
{
    private Done() { }

    public static readonly Done Instance = new();
}
