using Farm.Store.Paths;

namespace Farm.Protocol.Json;

/// <summary>A content address as Nix's text, such as <c>fixed:r:sha256:…</c>.</summary>
public sealed class ContentAddressConverter : TextConverter<ContentAddress>
{
    protected override ContentAddress Parse(string text) => ContentAddress.Parse(text);

    protected override string Print(ContentAddress value) => value.ToString();
}
