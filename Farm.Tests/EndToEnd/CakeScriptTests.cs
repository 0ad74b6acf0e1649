using System.Diagnostics;
using System.Text.RegularExpressions;
using Farm.Tests.Conventions;
using Farm.Tests.EndToEnd.Processes;
using Farm.Tests.Support;

namespace Farm.Tests.EndToEnd;

/// <summary>The scripts of <c>examples/cake</c>, run by <c>dotnet cake</c> with the packed add-in against a fresh farm.</summary>
public sealed partial class CakeScriptTests
{
    [CakeFact]
    public async Task Scripts_build_fail_are_cancelled_and_collect_artefacts()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromMinutes(5));
        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker", slots: 2);

        var hello = await RunAsync(farm, "hello.cake");
        Assert.True(hello.ExitCode == 0, hello.Told);
        Assert.Matches("/nix/store/[a-z0-9]{32}-hello\n", hello.Told);

        var failing = await RunAsync(farm, "failing.cake");
        Assert.NotEqual(0, failing.ExitCode);
        Assert.Contains("  | why it failed", failing.Told, StringComparison.Ordinal);
        Assert.Matches(
            $"The whole log: farm log --coordinator {farm.Address} /nix/store/[a-z0-9]+-failing.drv",
            failing.Told
        );

        var cancelled = await RunAsync(farm, "cancelled.cake");
        Assert.True(cancelled.ExitCode == 0, cancelled.Told);
        Assert.Matches("Cancelled: build \\d+ is cancelled", cancelled.Told);
        await farm.NoBuilderLeftAsync();

        var artefacts = farm.File("artefacts");
        var matrix = await RunAsync(farm, "matrix.cake", $"--artefacts={artefacts}");
        Assert.True(matrix.ExitCode == 0, matrix.Told);
        Assert.Equal(
            ["de, small", "de, large", "en, small", "en, large", "fr, small", "fr, large"],
            await File.ReadAllLinesAsync(Path.Combine(artefacts, "report"), farm.Ct)
        );
        Assert.Equal(7, Directory.GetFiles(Path.Combine(artefacts, "cache"), "*.narinfo").Length);
    }

    [CakeFact]
    public async Task A_derivation_that_Nix_made_is_an_input_of_one_in_a_script()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromMinutes(2));
        using var nix = new RealNix();
        var small = Path.Combine(SourceTree.Root, "examples/small");
        var drv = (await nix.InstantiateAsync(small, ["-A", "counted"], farm.Ct))[0];
        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker", slots: 2);
        var told = await RunAsync(farm, "import.cake", $"--drv={nix.Physical(drv)}");
        Assert.True(told.ExitCode == 0, told.Told);
        Assert.Matches("/nix/store/[a-z0-9]{32}-user\n", told.Told);
    }

    [CakeFact]
    public async Task Where_no_farm_is_the_message_says_what_to_do()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromMinutes(2));
        var away = await RunAsync(farm, "hello.cake");
        Assert.NotEqual(0, away.ExitCode);
        Assert.Contains($"No coordinator answers at {farm.Address}", away.Told, StringComparison.Ordinal);
        Assert.Contains("start a farm with 'farm up' or FarmUp()", away.Told, StringComparison.Ordinal);
    }

    [CakeFact]
    public async Task A_script_may_have_a_farm_of_its_own_that_ends_with_it()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromMinutes(2));
        var own = await RunAsync(
            farm,
            "own-farm.cake",
            $"--listen={farm.Address.Authority}",
            $"--data={farm.File("own")}",
            $"--set=farm.worker.build-users-dir=\"{farm.File("build-users")}\""
        );
        Assert.True(own.ExitCode == 0, own.Told);
        Assert.Contains("-hello is built", own.Told, StringComparison.Ordinal);
        Assert.Empty(Remains.Processes(farm.Name));
    }

    [CakeFact]
    public async Task A_program_instead_of_a_script_has_tasks_and_aliases_and_the_same_messages()
    {
        await using var farm = new FarmProcesses(TimeSpan.FromMinutes(4));

        var away = await ProgramAsync(farm, "--target=build");
        Assert.Equal(1, away.ExitCode);
        Assert.Contains($"Error: No coordinator answers at {farm.Address}", away.Told, StringComparison.Ordinal);

        await farm.StartCoordinatorAsync();
        await farm.StartWorkerAsync("worker", slots: 1);
        var built = await ProgramAsync(farm, "--target=build");
        Assert.True(built.ExitCode == 0, built.Told);
        Assert.Matches("built /nix/store/[a-z0-9]{32}-hello\n", built.Told);

        var failed = await ProgramAsync(farm, "--target=fail");
        Assert.Equal(100, failed.ExitCode);
        Assert.Contains("  | why it failed", failed.Told, StringComparison.Ordinal);
        Assert.Matches(
            $"The whole log: farm log --coordinator {farm.Address} /nix/store/[a-z0-9]+-failing.drv",
            failed.Told
        );
        Assert.DoesNotContain("   at Cake.", failed.Told, StringComparison.Ordinal);
    }

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Colour();

    /// <summary>Runs <c>examples/cake/program.cs</c> in a folder of its own, with the packed add-in as the only package there is.</summary>
    private static async Task<(int ExitCode, string Told)> ProgramAsync(FarmProcesses farm, string argument)
    {
        var folder = Directory.CreateDirectory(farm.File("program")).FullName;
        var copy = Path.Combine(folder, "program.cs");
        File.Copy(Path.Combine(SourceTree.Root, "examples/cake/program.cs"), copy, overwrite: true);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nuget.config"),
            $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{CakeFactAttribute.Packages}" /></packageSources>
            </configuration>
            """,
            farm.Ct
        );
        var start = new ProcessStartInfo("dotnet", ["run", copy, "--", argument]) { WorkingDirectory = folder };
        start.Environment["NUGET_PACKAGES"] = farm.File("packages");
        return await RunAsync(farm, start);
    }

    private static Task<(int ExitCode, string Told)> RunAsync(
        FarmProcesses farm,
        string script,
        params string[] arguments
    )
    {
        var copy = farm.File(script);
        File.Copy(Path.Combine(SourceTree.Root, "examples/cake", script), copy, overwrite: true);
        // The manifest of tools is found from the working directory upwards.
        var start = new ProcessStartInfo("dotnet", ["cake", copy, .. arguments]) { WorkingDirectory = SourceTree.Root };
        start.Environment["CAKE_NUGET_SOURCE"] = CakeFactAttribute.Packages;
        start.Environment["CAKE_PATHS_TOOLS"] = farm.File("tools");
        return RunAsync(farm, start);
    }

    private static async Task<(int ExitCode, string Told)> RunAsync(FarmProcesses farm, ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["FARM_COORDINATOR"] = farm.Address.ToString();
        using var cake = Process.Start(start)!; // a file is started, not opened
        cake.StandardInput.Close();
        await using var ending = farm.Ct.Register(() => cake.Kill(entireProcessTree: true));
        var (told, errors) = (cake.StandardOutput.ReadToEndAsync(), cake.StandardError.ReadToEndAsync());
        await cake.WaitForExitAsync(CancellationToken.None);
        return (cake.ExitCode, Colour().Replace(await told + await errors, ""));
    }
}
