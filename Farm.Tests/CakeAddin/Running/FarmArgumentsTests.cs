using Cake.Farm;
using Cake.Farm.Running;

namespace Farm.Tests.CakeAddin.Running;

public sealed class FarmArgumentsTests
{
    private const string Address = "http://127.0.0.1:1";

    [Fact]
    public void A_build_without_settings_makes_no_links() =>
        Assert.Equal(
            "build --json --coordinator http://127.0.0.1:1 --no-out-link /a.drv /b.drv^out",
            string.Join(' ', FarmArguments.Build(["/a.drv", "/b.drv^out"], new FarmBuildSettings(), Address))
        );

    [Fact]
    public void Every_setting_of_a_build_is_an_option()
    {
        var settings = new FarmBuildSettings
        {
            OutLink = "out/result",
            From = "/tmp/root",
            KeepGoing = true,
            Priority = -2,
            Timeout = TimeSpan.FromMilliseconds(1500),
            MaxSilentTime = TimeSpan.FromMinutes(1),
            MaxLogSize = 1_000_000,
            KeepFailed = true,
            Check = true,
        };
        Assert.Equal(
            "build --json --coordinator http://127.0.0.1:1 --out-link out/result --from /tmp/root --keep-going"
                + " --priority -2 --timeout 1.5 --max-silent-time 60"
                + " --max-log-size 1000000 --keep-failed --check /a.drv",
            string.Join(' ', FarmArguments.Build(["/a.drv"], settings, Address))
        );
        Assert.Contains("--repair", FarmArguments.Build(["/a.drv"], new() { Repair = true }, Address));
    }

    [Fact]
    public void A_copy_is_from_the_coordinator_where_nothing_else_is_named()
    {
        var settings = new FarmCopySettings
        {
            To = "file:///c",
            WithoutReferences = true,
            WithoutSignatures = true,
        };
        Assert.Equal(
            "store copy --from http://127.0.0.1:1 --to file:///c --no-recursive --no-check-sigs /nix/store/x",
            string.Join(' ', FarmArguments.Copy(["/nix/store/x"], settings, Address))
        );
    }

    [Fact]
    public void A_farm_is_waited_for_where_it_listens()
    {
        var settings = new FarmUpSettings
        {
            Workers = 3,
            Slots = 2,
            Listen = "127.0.0.1:9",
            DataDirectory = "/data",
            Set = ["a.b=1"],
        };
        Assert.Equal(
            "up --workers 3 --listen 127.0.0.1:9 --slots 2 --data-dir /data --set a.b=1",
            string.Join(' ', FarmArguments.Up(settings))
        );
        Assert.Equal(
            "status --wait --workers 3 --timeout 60 --coordinator http://127.0.0.1:9",
            string.Join(' ', FarmArguments.Wait(settings))
        );
    }
}
