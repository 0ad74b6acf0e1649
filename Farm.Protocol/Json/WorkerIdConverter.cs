namespace Farm.Protocol.Json;

/// <summary>A worker's name.</summary>
public sealed class WorkerIdConverter : TextConverter<WorkerId>
{
    protected override WorkerId Parse(string text) => WorkerId.Parse(text);

    protected override string Print(WorkerId value) => value.ToString();
}
