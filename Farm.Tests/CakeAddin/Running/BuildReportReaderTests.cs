using Cake.Farm;
using Cake.Farm.Running;

namespace Farm.Tests.CakeAddin.Running;

public sealed class BuildReportReaderTests
{
    private const string Report = """
        {"build":7,"state":"failed","exitCode":100,"seconds":1.5,
         "counts":{"waiting":0,"runnable":0,"running":0,"done":2,"failed":1,"dependencyFailed":1},
         "roots":[
           {"drvPath":"/nix/store/a.drv","isBuilt":true,"outputs":{"dev":{"path":"/nix/store/a-dev"},"out":{"path":"/nix/store/a","link":"/l"}}},
           {"drvPath":"/nix/store/b.drv","isBuilt":false}],
         "failures":[{"drvPath":"/nix/store/b.drv","reason":"it fell"}]}
        """;

    [Fact]
    public void Outputs_are_read_with_their_links()
    {
        var result = BuildReportReader.Result(Report);
        Assert.Equal((7, 4, 1.5), (result.Build, result.Steps, result.Duration.TotalSeconds));
        Assert.Equal(
            [
                new FarmOutput("/nix/store/a.drv", "dev", "/nix/store/a-dev", null),
                new FarmOutput("/nix/store/a.drv", "out", "/nix/store/a", "/l"),
            ],
            result.Outputs
        );
        Assert.Equal("/nix/store/a-dev", result["dev"]);
    }

    [Fact]
    public void Failures_are_read_with_their_reasons() =>
        Assert.Equal([("/nix/store/b.drv", "it fell")], BuildReportReader.Failures(Report));
}
