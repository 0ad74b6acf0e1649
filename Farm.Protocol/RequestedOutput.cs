using Farm.Store.Paths;

namespace Farm.Protocol;

/// <summary>One output that a build has to make.</summary>
/// <param name="Name">Output name, such as <c>out</c>.</param>
/// <param name="Path">Where it must be in the store.</param>
/// <param name="ContentAddress">For a fixed output, what its contents must hash to; null for an input-addressed one.</param>
public sealed record RequestedOutput(string Name, StorePath Path, ContentAddress? ContentAddress = null);
