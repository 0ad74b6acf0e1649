using Farm.Derivations.Building;
using Farm.Tests.Support;

namespace Farm.Tests.Derivations;

public sealed class FetchTests
{
    private const string Hash = "sha256-CkMIecJm+LV/QJKg+TXPP6zUi7zN5XYNR0jKQFFx6Wk=";

    [RequiresNixFact]
    public async Task Fetching_by_Nix_is_the_derivation_of_its_own_expression()
    {
        using var directory = new TemporaryDirectory();
        using var nix = new RealNix();
        var expression = directory.File("fetch.nix");
        await File.WriteAllTextAsync(
            expression,
            $$"""
            let url = "https://example.org/a/file.tar.xz"; hash = "{{Hash}}"; fetch = import <nix/fetchurl.nix>; in
            [ (fetch { inherit url hash; }) (fetch { inherit url hash; executable = true; name = "tool"; }) ]
            """
        );

        var paths = await nix.InstantiateAsync(expression, [], CancellationToken.None);

        Assert.Equal(
            paths.ToArray(),
            new[]
            {
                Fetch.ByNix("https://example.org/a/file.tar.xz", Hash).File.Path,
                Fetch.ByNix("https://example.org/a/file.tar.xz", Hash, "tool", isExecutable: true).File.Path,
            }
        );
    }
}
