using System.Text.Json.Serialization;

namespace Farm.Protocol.Json;

/// <summary>Source-generated JSON of the session's messages and of the build request as the database keeps it.</summary>
/// <remarks>Fields that this version does not know are skipped; a field that it needs and does not find is an error.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true,
    MaxDepth = 32,
    Converters = [
        typeof(StorePathConverter),
        typeof(Sha256DigestConverter),
        typeof(ContentAddressConverter),
        typeof(MethodAlgorithmConverter),
        typeof(BuildIdConverter),
        typeof(AttemptIdConverter),
        typeof(WorkerIdConverter),
        typeof(ByteStringConverter),
        typeof(EnvConverter),
        typeof(PathInfoConverter),
    ]
)]
[JsonSerializable(typeof(WorkerMessage))]
[JsonSerializable(typeof(CoordinatorMessage))]
[JsonSerializable(typeof(BuildRequest))]
[JsonSerializable(typeof(BuildOutcome))]
[JsonSerializable(typeof(BuildOptions))]
[JsonSerializable(typeof(PathInfoShape))]
internal sealed partial class SessionJsonContext : JsonSerializerContext;
