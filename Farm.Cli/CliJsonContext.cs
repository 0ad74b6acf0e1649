using System.Text.Json.Serialization;
using Farm.Cli.Building;

namespace Farm.Cli;

/// <summary>Source-generated JSON of the command line's own documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(BuildReport))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
