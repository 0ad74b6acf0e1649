using System.Text.Json.Serialization;

namespace Farm.Store.Database;

[JsonSerializable(typeof(string[]))]
internal sealed partial class PathsJson : JsonSerializerContext;
