using System.Globalization;
using System.Text;
using Farm.Sandbox.Inside;
using Farm.Sandbox.Linux;

namespace Farm.Sandbox.Outside;

/// <summary>The final line: one JSON object that tells how the build ended.</summary>
/// <remarks>Shape: <c>{"version":1,"outcome":"exited","number":0,"message":"","logBytes":0,"userUs":0,"systemUs":0,
/// "maxResidentKiB":0,"wallUs":0,"writtenBytes":0}</c>. Outcomes: exited (number = exit code), signalled (signal), timed-out, silent,
/// log-limit, cancelled, not-executable (message), setup-failed (message).</remarks>
internal static class Report
{
    public static string Of(RelayEnd end, SandboxProcess sandbox, long logBytes, long wallMicroseconds)
    {
        var (outcome, number, message) = end switch
        {
            RelayEnd.TimedOut => ("timed-out", 0, ""),
            RelayEnd.Silent => ("silent", 0, ""),
            RelayEnd.LogLimit => ("log-limit", 0, ""),
            RelayEnd.Cancelled => ("cancelled", 0, ""),
            _ => Ending(sandbox.FirstMessage()),
        };
        return Line(outcome, number, message, logBytes, sandbox.Usage, wallMicroseconds);
    }

    public static string SetupFailed(string message) => Line("setup-failed", 0, message, 0, default, 0);

    private static (string Outcome, int Number, string Message) Ending(ChildMessage? message) =>
        message switch
        {
            null => ("setup-failed", 0, "the first process of the sandbox was killed from outside"),
            { Kind: ChildMessageKind.Ended } ended when (ended.Number & 0x7F) == 0 => (
                "exited",
                (ended.Number >> 8) & 0xFF,
                ""
            ),
            { Kind: ChildMessageKind.Ended } ended => ("signalled", ended.Number & 0x7F, ""),
            { Step: SetupStep.Execute } failed => ("not-executable", 0, StepText.Describe(failed)),
            var failed => ("setup-failed", 0, StepText.Describe(failed.Value)),
        };

    private static string Line(
        string outcome,
        int number,
        string message,
        long logBytes,
        ResourceUsage usage,
        long wall
    )
    {
        var user = (usage.UserSeconds * 1_000_000) + usage.UserMicroseconds;
        var system = (usage.SystemSeconds * 1_000_000) + usage.SystemMicroseconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"version":1,"outcome":"{{outcome}}","number":{{number}},"message":"{{Escape(
                message
            )}}","logBytes":{{logBytes}},"userUs":{{user}},"systemUs":{{system}},"maxResidentKiB":{{usage.MaxResidentKiB}},"wallUs":{{wall}},"writtenBytes":{{usage.BlocksWritten * 512}}}

            """
        );
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '"' or '\\')
                escaped.Append('\\').Append(character);
            else if (character < ' ')
                escaped.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
            else
                escaped.Append(character);
        }
        return escaped.ToString();
    }
}
