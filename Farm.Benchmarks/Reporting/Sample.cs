namespace Farm.Benchmarks.Reporting;

/// <summary>What repeated runs of one thing gave, in the unit of its figure.</summary>
public sealed record Sample
{
    private Sample(double median, double best, int runs, bool isMoreBetter) =>
        (Median, Best, Runs, IsMoreBetter) = (median, best, runs, isMoreBetter);

    public double Median { get; }

    /// <summary>The least time, or the highest rate.</summary>
    public double Best { get; }

    public int Runs { get; }

    /// <summary>Whether it is a rate, not a time.</summary>
    public bool IsMoreBetter { get; }

    /// <exception cref="ArgumentException">There is no value.</exception>
    public static Sample Of(IReadOnlyList<double> values, bool isMoreBetter = false)
    {
        if (values.Count == 0)
            throw new ArgumentException("a sample needs a value", nameof(values));
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(median, isMoreBetter ? sorted[^1] : sorted[0], sorted.Length, isMoreBetter);
    }

    /// <summary>The same in another unit, or per piece.</summary>
    public Sample Times(double factor) => new(Median * factor, Best * factor, Runs, IsMoreBetter);

    /// <summary>Of times in milliseconds, the rate of pieces per second.</summary>
    public Sample PerSecond(int pieces) =>
        new(pieces * 1000.0 / Median, pieces * 1000.0 / Best, Runs, isMoreBetter: true);

    /// <summary>By medians; above 1, this is faster.</summary>
    /// <param name="other">Of the same unit.</param>
    public double TimesAsFastAs(Sample other) => IsMoreBetter ? Median / other.Median : other.Median / Median;
}
