using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Farm.Protocol.Json;

namespace Farm.Protocol.Api;

/// <summary>Source-generated JSON of the HTTP API, for both sides.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true,
    MaxDepth = 32,
    Converters = [
        typeof(StorePathConverter),
        typeof(BuildIdConverter),
        typeof(AttemptIdConverter),
        typeof(WorkerIdConverter),
    ]
)]
[JsonSerializable(typeof(SubmitBuild))]
[JsonSerializable(typeof(SubmitEvent))]
[JsonSerializable(typeof(BuildView))]
[JsonSerializable(typeof(ImmutableArray<BuildSummary>))]
[JsonSerializable(typeof(BuildEvent))]
[JsonSerializable(typeof(StepView))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(ImmutableArray<WorkerView>))]
[JsonSerializable(typeof(ProblemView))]
public sealed partial class ApiJsonContext : JsonSerializerContext;
