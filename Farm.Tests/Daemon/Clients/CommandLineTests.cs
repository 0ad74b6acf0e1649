using Farm.Tests.Daemon.Support;

namespace Farm.Tests.Daemon.Clients;

/// <summary>Command lines of real programs of Nix end on this daemon as on the real one; each is the first to build what it wants.</summary>
public sealed class CommandLineTests(BothDaemons both) : IClassFixture<BothDaemons>
{
    /// <summary>Command lines, and what both must say.</summary>
    public static TheoryData<string, string> Lines { get; } =
        new()
        {
            { "nix-build F -A user --no-out-link", "building '/S/user.drv'..." },
            { "nix-build F -A multi --no-out-link", "building '/S/multi.drv'..." },
            { "nix-build F -A fail --no-out-link", "error: builder for '/S/fail.drv' failed with exit code 3;" },
            { "nix-build F -A dep --no-out-link", "error: 1 dependencies of derivation '/S/dep.drv' failed to build" },
            {
                "nix-build F -A two --no-out-link --keep-going",
                "error: 2 dependencies of derivation '/S/two.drv' failed"
            },
            { "nix-build F -A fail -A noout --no-out-link --keep-going", "error: build of '/S/" },
            { "nix-build F -A hash --no-out-link", "error: hash mismatch in fixed-output derivation '/S/hash.drv':" },
            { "nix-build F -A sys --no-out-link", "error: a 'm68k-linux' with features {} is required to build" },
            { "nix-build F -A slow --no-out-link --timeout 1", "timed out after 1 seconds" },
            { "nix-build F -A slow --no-out-link --max-silent-time 1", "timed out after 1 seconds of silence" },
            { "nix-build F -A many --no-out-link -j 8", "building '/S/many-7.drv'..." },
            { "nix-build F -A whole --no-out-link", "building '/S/expression.drv'..." },
            { "nix-build F -A fail --no-out-link -j 0", "error: unable to start any build" },
            { "nix build -f F random --no-link", "" },
            { "nix build -f F fail --no-link", "failed with exit code 3" },
            { "nix-build F -A deferred --no-out-link", "building '/S/deferred.drv'..." },
            { "nix-build F -A changed --no-out-link", "resolved derivation: '/S/middle.drv' -> '/S/middle.drv'..." },
            { "nix-shell F -A user --run true", "" },
            {
                "nix-env --profile P -f F -iA ok",
                "warning: not including '/S/ok' in the user environment because it's not a directory"
            },
        };

    [BuildingDaemonTheory]
    [MemberData(nameof(Lines))]
    public async Task A_client_sees_what_it_sees_with_the_real_daemon(string line, string said)
    {
        var (farm, real) = (await both.Farm.RunAsync(line), await both.Real.RunAsync(line));
        Assert.Equal((real.ExitCode, real.Output), (farm.ExitCode, farm.Output));
        Assert.Contains(said, real.Error);
        Assert.Contains(said, farm.Error);
    }
}
