using System.Diagnostics;
using System.Text;

namespace Farm.Tests.Hardening;

/// <summary>The tables of docs/security.md.</summary>
internal static class SecurityPage
{
    /// <summary>The line before the tables, and the one behind them.</summary>
    public const string Begin = "<!-- Written by SecurityPageTests: do not edit up to the end mark. -->";

    public const string End = "<!-- End of what is written. -->";

    /// <summary>What stands between the two lines.</summary>
    public static string Tables()
    {
        var text = new StringBuilder();
        foreach (var (title, attempts) in Attempts.Groups)
        {
            text.Append(
                $"\n### {title}\n\n| attempt | stopped by | with | shown to work without |\n|---|---|---|---|\n"
            );
            foreach (var attempt in attempts)
                text.Append(
                    $"| {attempt.What} | {Words(attempt.Guard)} | {With(attempt)} | {Words(attempt.Control)} |\n"
                );
        }
        return text.Append('\n').ToString();
    }

    private static string With(Attempt attempt) => string.Join(" or ", attempt.Stops.Split(' '));

    private static string Words(Guard guard) =>
        guard switch
        {
            Guard.Filter => "the system call filter",
            Guard.Capabilities => "no capabilities",
            Guard.Mounts => "read-only and locked mounts",
            Guard.Namespaces => "namespaces: it is not there",
            Guard.SocketScope => "Landlock, or a network of its own",
            Guard.Permissions => "owners and modes",
            Guard.FirstProcess => "the first process, closed to all",
            _ => throw new UnreachableException(),
        };

    private static string Words(Control control) =>
        control switch
        {
            Control.None => "–",
            Control.Outside => "a sandbox, as root in namespaces of its own",
            Control.OrdinaryUser => "a sandbox, as an ordinary user",
            Control.WithoutFilter => "the filter, in the sandbox",
            _ => throw new UnreachableException(),
        };
}
