using Farm.Protocol;

namespace Farm.Worker.Execution;

/// <summary>For a build that nobody follows.</summary>
internal sealed class SilentProgress : IBuildProgress
{
    public ValueTask EnterAsync(BuildPhase phase, CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask LogAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => ValueTask.CompletedTask;
}
