namespace Farm.Tests.Hardening;

/// <summary>Tests that are not run beside others: they take the user ids that others use too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
