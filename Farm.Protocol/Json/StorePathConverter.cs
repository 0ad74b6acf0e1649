using Farm.Store.Paths;

namespace Farm.Protocol.Json;

/// <summary>A store path as its base name.</summary>
public sealed class StorePathConverter : TextConverter<StorePath>
{
    protected override StorePath Parse(string text) => StorePath.Parse(text);

    protected override string Print(StorePath value) => value.ToString();
}
