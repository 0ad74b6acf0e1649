namespace Farm.Protocol.Json;

/// <summary>An attempt id as the 36 characters of its UUID.</summary>
public sealed class AttemptIdConverter : TextConverter<AttemptId>
{
    protected override AttemptId Parse(string text) => AttemptId.Parse(text);

    protected override string Print(AttemptId value) => value.ToString();
}
