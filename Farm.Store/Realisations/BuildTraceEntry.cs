using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Store.Realisations;

/// <summary>What an output has come to, named by where its derivation is written, as recent Nix does.</summary>
/// <remarks>Source: the feature <c>realisation-with-path-not-hash</c> of the worker protocol. <see cref="Realisation"/> names it by what
/// is built.</remarks>
public sealed record BuildTraceEntry
{
    private readonly ImmutableSortedSet<string> _signatures = ImmutableSortedSet.Create(SignatureText.Order);

    public required StorePath DrvPath { get; init; }

    public required string OutputName { get; init; }

    public required StorePath OutPath { get; init; }

    /// <summary>For people: base name of the derivation, <c>^</c> and the output.</summary>
    public string Key => $"{DrvPath}^{OutputName}";

    /// <summary>Texts <c>name:base64</c>, of <see cref="Fingerprint"/>.</summary>
    public ImmutableSortedSet<string> Signatures
    {
        get => _signatures;
        init => _signatures = value.WithComparer(SignatureText.Order);
    }

    /// <summary>The text that a signature signs: compact JSON of all but the signatures, with base names.</summary>
    public string Fingerprint()
    {
        var output = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(output, options))
        {
            json.WriteStartObject();
            json.WriteStartObject("key");
            json.WriteString("drvPath", DrvPath.ToString());
            json.WriteString("outputName", OutputName);
            json.WriteEndObject();
            json.WriteStartObject("value");
            json.WriteString("outPath", OutPath.ToString());
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public bool Equals(BuildTraceEntry? other) =>
        other is not null
        && DrvPath == other.DrvPath
        && OutputName == other.OutputName
        && OutPath == other.OutPath
        && Signatures.SequenceEqual(other.Signatures);

    public override int GetHashCode() => HashCode.Combine(DrvPath, OutputName, OutPath);
}
