using System.Text.Json.Serialization;
using Farm.Cli.Building;
using Farm.Cli.Commands.Stores;
using Farm.Cli.Commands.Stores.Collecting;
using Farm.Cli.Commands.Stores.Dependencies;
using Farm.Cli.Commands.Stores.Optimising;
using Farm.Cli.Commands.Stores.Profiles;
using Farm.Http;
using Farm.Store.Closures;

namespace Farm.Cli;

/// <summary>Source-generated JSON of the command line's own documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(BuildReport))]
[JsonSerializable(typeof(PathInfoDocument))]
[JsonSerializable(typeof(PathInfoDocument[]))]
[JsonSerializable(typeof(DependencyDocument))]
[JsonSerializable(typeof(PackageChange[]))]
[JsonSerializable(typeof(PingDocument))]
[JsonSerializable(typeof(RootDocument[]))]
[JsonSerializable(typeof(GenerationDocument[]))]
[JsonSerializable(typeof(CacheAbout))]
[JsonSerializable(typeof(VerifiedDocument[]))]
[JsonSerializable(typeof(VerifyAnswer))]
[JsonSerializable(typeof(RestoredDocument))]
[JsonSerializable(typeof(OptimiseAnswer))]
[JsonSerializable(typeof(SharingDocument))]
[JsonSerializable(typeof(SweptDocument))]
[JsonSerializable(typeof(CollectedDocument))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
