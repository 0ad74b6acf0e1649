namespace Farm.Benchmarks.Reporting;

/// <summary>One line of a table: what was measured, Farm's values, and real Nix's where it did the same work in the same run.</summary>
/// <param name="What">A noun phrase.</param>
/// <param name="Unit">Of all values, such as <c>ms</c> or <c>1/s</c>.</param>
/// <param name="Nix">Null where Nix has no such work, or is not installed.</param>
public sealed record Figure(string What, string Unit, Sample Farm, Sample? Nix = null)
{
    /// <summary>Nix's median time over Farm's: above 1, Farm is ahead. Null without Nix.</summary>
    public double? Ratio => Nix is null ? null : Nix.Median / Farm.Median;
}
