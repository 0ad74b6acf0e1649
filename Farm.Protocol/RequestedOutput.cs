using System.Text.Json.Serialization;
using Farm.Store.Paths;

namespace Farm.Protocol;

/// <summary>One output that a build has to make.</summary>
/// <param name="Name">Output name, such as <c>out</c>.</param>
/// <param name="Path">Where it must be in the store; of a floating output where the builder writes it, a path of the same name.</param>
/// <param name="ContentAddress">For a fixed output, what its contents must hash to; else null.</param>
/// <param name="Floating">For an output whose path follows from its contents, how; else null.</param>
public sealed record RequestedOutput(
    string Name,
    StorePath Path,
    ContentAddress? ContentAddress = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MethodAlgorithm? Floating = null
);
