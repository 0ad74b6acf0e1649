namespace Farm.Tests.Hardening;

/// <summary>One thing that a build must not be able to do. The function of its name in <c>Programs</c> tries it.</summary>
/// <param name="What">For people, in the middle of a table.</param>
/// <param name="Stops">The answers that count as stopped, by spaces: names of errnos, <c>absent</c>, or <c>no-effect</c>
/// where the call answers well and does nothing.</param>
public sealed record Attempt(string Name, string What, Guard Guard, string Stops, Control Control)
{
    /// <summary>Whether an answer of the program means that it was stopped.</summary>
    public bool IsStoppedBy(string answer) => Stops.Split(' ').Contains(answer);
}
