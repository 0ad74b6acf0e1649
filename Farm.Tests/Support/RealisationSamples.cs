using System.Text;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Tests.Support;

/// <summary>What tests of realisations are about.</summary>
internal static class RealisationSamples
{
    /// <summary>A derivation in Nix's language whose output is addressed by its content.</summary>
    public const string Expression = """
        derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo hi > $out" ];
          __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; }
        """;

    /// <summary>A path that an output may have come to.</summary>
    public static async Task<StorePath> AddAsync(LocalStore store, string name)
    {
        var text = Encoding.ASCII.GetBytes(name);
        return (await store.AddTextAsync(StorePathName.Parse(name), text, [], CancellationToken.None)).Path;
    }
}
