using System.Text.Json.Serialization;

namespace Farm.Coordinator.Persistence;

/// <summary>Source-generated JSON of lists of texts, as SQLite's <c>json_each</c> takes them.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class TextListJsonContext : JsonSerializerContext;
