using Farm.Store.Paths;

namespace Farm.Protocol.Json;

/// <summary>A method with its hash algorithm as a derivation has it, such as <c>r:sha256</c>.</summary>
public sealed class MethodAlgorithmConverter : TextConverter<MethodAlgorithm>
{
    protected override MethodAlgorithm Parse(string text) => MethodAlgorithm.Parse(text);

    protected override string Print(MethodAlgorithm value) => value.ToString();
}
