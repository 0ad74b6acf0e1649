using System.Text.Json;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Paths;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Derivations;

public sealed class PlaceholderTests
{
    [Fact]
    public void Placeholders_are_those_of_Nix()
    {
        using var file = JsonDocument.Parse(Vectors.Read("store-paths", "placeholders.json"));
        foreach (var output in file.RootElement.GetProperty("outputPlaceholders").EnumerateObject())
            Assert.Equal(output.Value.GetString(), Placeholder.OfOutput(output.Name).ToString());
        foreach (var item in file.RootElement.GetProperty("downstreamPlaceholders").EnumerateArray())
        {
            var drv = StorePath.Parse(item.GetProperty("drv").GetString()!);
            var placeholder = Placeholder.OfInput(drv, item.GetProperty("output").GetString()!);
            Assert.Equal(item.GetProperty("placeholder").GetString(), placeholder.ToString());
            Assert.Equal(
                item.GetProperty("nestedDynamicOut").GetProperty("placeholder").GetString(),
                placeholder.OfDynamicOutput("out").ToString()
            );
        }
    }

    [Fact]
    public void OfInput_refuses_a_path_that_is_no_derivation() =>
        Assert.Throws<NixFormatException>(() =>
            Placeholder.OfInput(StorePath.Parse("49f9pvz47sbki1dq18dxfaj52mkvd8l7-ca-float"), "out")
        );
}
