using Farm.Store.Paths;

namespace Farm.Protocol.Api;

/// <summary>An output that came out otherwise when it was built again.</summary>
/// <param name="Output">The output as it is recorded.</param>
/// <param name="RecordedHash">Hash of its NAR, as <c>sha256:</c> and base 32; null where it is not known.</param>
/// <param name="BuiltHash">Hash of the NAR of what came out now; null where it is not known.</param>
/// <param name="KeptOutput">Where the worker kept what came out now, on its own machine; null where it did not.</param>
public sealed record DifferenceView(StorePath Output, string? RecordedHash, string? BuiltHash, string? KeptOutput);
