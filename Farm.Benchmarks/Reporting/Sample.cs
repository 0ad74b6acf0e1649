namespace Farm.Benchmarks.Reporting;

/// <summary>What repeated runs of one thing gave, in the unit of its figure.</summary>
public sealed record Sample
{
    private Sample(IReadOnlyList<double> values, bool isMoreBetter)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        Median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        Best = isMoreBetter ? sorted[^1] : sorted[0];
        Runs = sorted.Length;
    }

    public double Median { get; }

    /// <summary>The least time, or the highest rate.</summary>
    public double Best { get; }

    public int Runs { get; }

    /// <exception cref="ArgumentException">There is no value.</exception>
    public static Sample Of(IReadOnlyList<double> values, bool isMoreBetter = false) =>
        values.Count > 0
            ? new(values, isMoreBetter)
            : throw new ArgumentException("a sample needs a value", nameof(values));
}
