namespace Farm.Tests.Hardening;

/// <summary>All attempts, in the order of docs/security.md.</summary>
internal static class Attempts
{
    public static IReadOnlyList<(string Title, IReadOnlyList<Attempt> Attempts)> Groups { get; } =
    [
        (SetIdAttempts.Title, SetIdAttempts.All),
        (AttributeAttempts.Title, AttributeAttempts.All),
        (MountAttempts.Title, MountAttempts.All),
        (NestedAttempts.Title, NestedAttempts.All),
        (ProcessAttempts.Title, ProcessAttempts.All),
        (NetworkAttempts.Title, NetworkAttempts.All),
        (KernelAttempts.Title, KernelAttempts.All),
        (FileAttempts.Title, FileAttempts.All),
    ];

    public static IEnumerable<Attempt> All => Groups.SelectMany(group => group.Attempts);

    public static Attempt Named(string name) => All.Single(attempt => attempt.Name == name);
}
