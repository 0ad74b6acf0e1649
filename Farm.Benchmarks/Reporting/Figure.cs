namespace Farm.Benchmarks.Reporting;

/// <summary>One line of a table: what was measured, Farm's values, and real Nix's where it did the same work in the same run.</summary>
/// <param name="What">A noun phrase.</param>
/// <param name="Unit">Of all values, such as <c>ms</c> or <c>1/s</c>.</param>
/// <param name="Nix">Null where Nix has no such work, or is not installed.</param>
/// <param name="Limit">What nobody can do without: the bare hashing, or making the files. Null where none is measured.</param>
public sealed record Figure(string What, string Unit, Sample Farm, Sample? Nix = null, Sample? Limit = null)
{
    /// <summary>How many times as fast as Nix Farm is, by medians: above 1, Farm is ahead. Null without Nix.</summary>
    public double? Ratio => Nix is null ? null : Farm.TimesAsFastAs(Nix);

    /// <summary>How many times as long as at the limit Farm takes, by medians. Null without a limit.</summary>
    public double? ToLimit => Limit?.TimesAsFastAs(Farm);
}
