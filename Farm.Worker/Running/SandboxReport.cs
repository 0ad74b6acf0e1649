using System.Text.Json;
using System.Text.Json.Serialization;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>The line with which <c>farm-sandbox</c> ends.</summary>
/// <param name="Outcome">exited, signalled, timed-out, silent, log-limit, cancelled, not-executable, setup-failed.</param>
/// <param name="Number">Exit code or signal.</param>
/// <param name="Message">Words for the last two outcomes, else empty.</param>
internal sealed record SandboxReport(
    int Version,
    string Outcome,
    int Number,
    string Message,
    long LogBytes,
    long UserUs,
    long SystemUs,
    long MaxResidentKiB,
    long WallUs,
    long WrittenBytes
)
{
    private const int KnownVersion = 1;

    private SandboxUsage Usage =>
        new(
            TimeSpan.FromMicroseconds(UserUs),
            TimeSpan.FromMicroseconds(SystemUs),
            MaxResidentKiB * 1024,
            TimeSpan.FromMicroseconds(WallUs),
            LogBytes,
            WrittenBytes
        );

    /// <returns>Null when the build was cancelled.</returns>
    /// <exception cref="SandboxException">It is no such line.</exception>
    public static SandboxResult? Read(string text)
    {
        try
        {
            var report = JsonSerializer.Deserialize(text, SandboxReportJson.Default.SandboxReport);
            return report is { Version: KnownVersion }
                ? report.ToResult()
                : throw new SandboxException($"farm-sandbox answered in another version than {KnownVersion}: {text}");
        }
        catch (JsonException failure)
        {
            throw new SandboxException($"farm-sandbox ended without a result and said: '{text.Trim()}'", failure);
        }
    }

    private SandboxResult? ToResult() =>
        Outcome switch
        {
            "exited" => new SandboxResult.Exited(Number, Usage),
            "signalled" => new SandboxResult.Signalled(Number, Usage),
            "timed-out" => new SandboxResult.TimedOut(Usage),
            "silent" => new SandboxResult.FellSilent(Usage),
            "log-limit" => new SandboxResult.LogLimitExceeded(Usage),
            "not-executable" => new SandboxResult.NotExecutable(Message, Usage),
            "setup-failed" => new SandboxResult.SetupFailed(Message, Usage),
            "cancelled" => null,
            _ => throw new SandboxException($"farm-sandbox answered with the unknown outcome '{Outcome}'"),
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(SandboxReport))]
internal sealed partial class SandboxReportJson : JsonSerializerContext;
