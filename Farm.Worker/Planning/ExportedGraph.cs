using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Farm.Store.Closures;
using Farm.Store.Hashing;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Worker.Planning;

/// <summary>A closure as a builder reads it. Source: Nix manual, "Advanced attributes", <c>exportReferencesGraph</c>.</summary>
internal static class ExportedGraph
{
    /// <summary>For a builder without structured attributes.</summary>
    /// <remarks>Shape: for each path, in their order, its name, an empty line for the deriver, the number of references, and
    /// these; what <c>nix-store --register-validity</c> reads.</remarks>
    public static ByteString ToText(ReferenceGraph graph, StoreDir storeDir)
    {
        var text = new StringBuilder();
        foreach (var info in graph.Infos)
        {
            text.Append(storeDir.Print(info.Path)).Append("\n\n");
            text.Append(CultureInfo.InvariantCulture, $"{info.References.Count}\n");
            foreach (var reference in info.References)
                text.Append(storeDir.Print(reference)).Append('\n');
        }
        return ByteString.FromUtf8(text.ToString());
    }

    /// <summary>For one with them.</summary>
    /// <remarks>Shape: an array of objects with <c>path</c>, <c>narHash</c> (<c>sha256:</c> and base-32), <c>narSize</c>,
    /// <c>references</c>, <c>closureSize</c>, and <c>ca</c> where there is one.</remarks>
    public static JsonElement ToJson(ReferenceGraph graph, StoreDir storeDir)
    {
        var sizes = ClosureSizes.Of(graph);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var (number, info) in graph.Infos.Index())
                Write(writer, info, sizes[number], storeDir);
            writer.WriteEndArray();
        }
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, PathInfo info, long closureSize, StoreDir storeDir)
    {
        writer.WriteStartObject();
        if (info.ContentAddress is { } address)
            writer.WriteString("ca", address.ToString());
        writer.WriteNumber("closureSize", closureSize);
        writer.WriteString("narHash", $"sha256:{info.NarHash.ToNixBase32()}");
        writer.WriteNumber("narSize", info.NarSizeBytes);
        writer.WriteString("path", storeDir.Print(info.Path));
        writer.WriteStartArray("references");
        foreach (var reference in info.References)
            writer.WriteStringValue(storeDir.Print(reference));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
