using Farm.Tests.Support;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Hardening;

/// <summary>A build takes all it can get of something, meets its limit, and leaves nothing.</summary>
public sealed class ExhaustionTests(AttemptBench bench) : IClassFixture<AttemptBench>
{
    private const int Mebibyte = 1 << 20;

    [SandboxFact]
    public async Task Shared_memory_ends_at_its_size() =>
        Assert.Equal(
            "ENOSPC",
            await MeetAsync("exhaust_shared_memory", spec => spec with { SharedMemoryOption = "size=4m" })
        );

    [SandboxFact]
    public async Task Memory_ends_at_the_limit() =>
        Assert.Equal("ENOMEM", await MeetAsync("exhaust_memory", SandboxLimit.AddressSpaceBytes(64 * Mebibyte)));

    [SandboxFact]
    public async Task Processes_end_at_the_limit() =>
        Assert.Equal("EAGAIN", await MeetAsync("exhaust_processes", SandboxLimit.Processes(30)));

    [SandboxFact]
    public async Task Open_files_end_at_the_limit() =>
        Assert.Equal("EMFILE", await MeetAsync("exhaust_open_files", SandboxLimit.OpenFiles(100)));

    [SandboxFact]
    public async Task Inodes_end_with_those_of_the_disk()
    {
        await using var disk = await SmallDisk.MountAsync("-N 500");
        var scratch = Directory.CreateDirectory(Path.Combine(disk.Directory, "build")).FullName;
        Assert.Equal("ENOSPC", await MeetAsync("exhaust_inodes", spec => spec with { ScratchDirectory = scratch }));
        Directory.Delete(scratch, recursive: true);
        await File.WriteAllTextAsync(Path.Combine(disk.Directory, "free-again"), "");
    }

    [SandboxFact]
    public async Task A_process_that_has_cut_every_tie_ends_with_the_build() =>
        Assert.Equal("no effect", await MeetAsync("outlive_the_build", spec => spec));

    [SandboxFact]
    public async Task Without_the_kernels_scope_a_build_with_network_has_no_unix_sockets()
    {
        var filter = SeccompFilter.Create(new SocketRules(AllowsUnix: false));
        foreach (
            var name in (string[])
                ["abstract_socket_outside", "abstract_datagram_outside", "i386_abstract_socket_outside"]
        )
        {
            var answer = await bench.AloneAsync(Surroundings.FixedOutput, name, spec => spec with { Filter = filter });
            Assert.Equal("EAFNOSUPPORT", answer);
        }
    }

    private Task<string> MeetAsync(string name, SandboxLimit limit) =>
        MeetAsync(name, spec => spec with { Limits = [limit] });

    private Task<string> MeetAsync(string name, Func<SandboxSpec, SandboxSpec> change) =>
        bench.AloneAsync(Surroundings.Root, name, change);
}
