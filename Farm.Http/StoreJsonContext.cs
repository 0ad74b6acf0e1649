using System.Text.Json.Serialization;
using Farm.Http.Caches;

namespace Farm.Http;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(CollectQuestion))]
[JsonSerializable(typeof(VerifyQuestion))]
[JsonSerializable(typeof(NodeLine<CollectAnswer>))]
[JsonSerializable(typeof(NodeLine<OptimiseAnswer>))]
[JsonSerializable(typeof(NodeLine<VerifyAnswer>))]
[JsonSerializable(typeof(RootAnswer[]))]
[JsonSerializable(typeof(DebugInfoEntry))]
internal sealed partial class StoreJsonContext : JsonSerializerContext;
