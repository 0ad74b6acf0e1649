namespace Farm.Benchmarks.Reporting;

/// <summary>What repeated runs of one thing gave, in the unit of its figure.</summary>
public sealed record Sample
{
    private Sample(double median, double best, int runs) => (Median, Best, Runs) = (median, best, runs);

    public double Median { get; }

    /// <summary>The least time, or the highest rate.</summary>
    public double Best { get; }

    public int Runs { get; }

    /// <exception cref="ArgumentException">There is no value.</exception>
    public static Sample Of(IReadOnlyList<double> values, bool isMoreBetter = false)
    {
        if (values.Count == 0)
            throw new ArgumentException("a sample needs a value", nameof(values));
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(median, isMoreBetter ? sorted[^1] : sorted[0], sorted.Length);
    }

    /// <summary>The same in another unit, or per piece.</summary>
    public Sample Times(double factor) => new(Median * factor, Best * factor, Runs);
}
