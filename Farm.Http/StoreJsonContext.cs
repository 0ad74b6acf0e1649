using System.Text.Json.Serialization;

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
internal sealed partial class StoreJsonContext : JsonSerializerContext;
