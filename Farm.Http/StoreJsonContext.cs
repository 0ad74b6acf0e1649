using System.Text.Json.Serialization;

namespace Farm.Http;

[JsonSerializable(typeof(string[]))]
internal sealed partial class StoreJsonContext : JsonSerializerContext;
