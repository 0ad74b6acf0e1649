using System.Text.Json;

namespace Cake.Farm.Running;

/// <summary>Reads what <c>farm build --json</c> prints.</summary>
internal static class BuildReportReader
{
    /// <summary>What failed, each with its reason.</summary>
    public static IReadOnlyList<(string DrvPath, string Reason)> Failures(string json)
    {
        using var report = JsonDocument.Parse(json);
        return
        [
            .. report
                .RootElement.GetProperty("failures")
                .EnumerateArray()
                .Select(failed => (Text(failed, "drvPath"), Text(failed, "reason"))),
        ];
    }

    public static FarmBuildResult Result(string json)
    {
        using var report = JsonDocument.Parse(json);
        var root = report.RootElement;
        return new FarmBuildResult(
            root.GetProperty("build").GetInt64(),
            root.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt32()),
            TimeSpan.FromSeconds(root.GetProperty("seconds").GetDouble()),
            [.. root.GetProperty("roots").EnumerateArray().SelectMany(Outputs)]
        );
    }

    public static FarmStatusResult Status(string json)
    {
        using var status = JsonDocument.Parse(json);
        var root = status.RootElement;
        return new FarmStatusResult(
            Text(root, "storeDir"),
            root.TryGetProperty("storeRoot", out var storeRoot) ? storeRoot.GetString() : null,
            root.GetProperty("workersConnected").GetInt32(),
            root.GetProperty("slots").GetInt32(),
            root.GetProperty("slotsBusy").GetInt32(),
            root.GetProperty("builds").GetArrayLength()
        );
    }

    private static IEnumerable<FarmOutput> Outputs(JsonElement root)
    {
        var drvPath = Text(root, "drvPath");
        return root.TryGetProperty("outputs", out var outputs) && outputs.ValueKind == JsonValueKind.Object
            ? outputs
                .EnumerateObject()
                .Select(output => new FarmOutput(
                    drvPath,
                    output.Name,
                    Text(output.Value, "path"),
                    output.Value.TryGetProperty("link", out var link) ? link.GetString() : null
                ))
            : [];
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
