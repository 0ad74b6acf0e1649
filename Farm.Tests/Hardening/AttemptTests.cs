using Farm.Tests.Support;

namespace Farm.Tests.Hardening;

/// <summary>Each attempt is made in real sandboxes and must be stopped; where it can be shown safely, it works without
/// its guard.</summary>
public sealed class AttemptTests(AttemptBench bench) : IClassFixture<AttemptBench>
{
    public static TheoryData<string> Names => [.. Attempts.All.Select(attempt => attempt.Name)];

    public static TheoryData<string> Shown =>
        [.. Attempts.All.Where(attempt => attempt.Control != Control.None).Select(attempt => attempt.Name)];

    [SandboxTheory]
    [MemberData(nameof(Names))]
    public Task A_build_is_stopped(string name) => StoppedAsync(name, Surroundings.Root);

    [SandboxTheory]
    [MemberData(nameof(Names))]
    public Task A_build_of_a_worker_without_root_is_stopped(string name) => StoppedAsync(name, Surroundings.Rootless);

    [SandboxTheory]
    [MemberData(nameof(Names))]
    public Task A_build_with_the_network_of_the_host_is_stopped(string name) =>
        StoppedAsync(name, Surroundings.FixedOutput);

    [SandboxTheory]
    [MemberData(nameof(Shown))]
    public async Task Without_its_guard_the_attempt_works(string name)
    {
        var attempt = Attempts.Named(name);
        var surroundings = attempt.Control switch
        {
            Control.Outside => Surroundings.Outside,
            Control.OrdinaryUser => Surroundings.OrdinaryUser,
            _ => Surroundings.WithoutFilter,
        };
        Assert.Equal("gained", await bench.AnswerAsync(attempt, surroundings));
    }

    [SandboxFact]
    public async Task Every_attempt_of_the_programs_is_listed()
    {
        var made = (await bench.AnswersAsync(Surroundings.Root)).Keys;
        Assert.Equal(Attempts.All.Select(attempt => attempt.Name).Order(), made.Order());
    }

    private async Task StoppedAsync(string name, Surroundings surroundings)
    {
        var attempt = Attempts.Named(name);
        var answer = await bench.AnswerAsync(attempt, surroundings);
        Assert.True(attempt.IsStoppedBy(answer), $"{name}: '{answer}', where one of '{attempt.Stops}' is expected");
    }
}
