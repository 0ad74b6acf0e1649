using Farm.Protocol;
using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

/// <summary>Keeps what an executor says; a slot is always free.</summary>
internal sealed class FakeProgress : IBuildProgress
{
    private readonly List<byte> _log = [];

    public List<BuildPhase> Phases { get; } = [];

    public byte[] Log => [.. _log];

    public ValueTask EnterAsync(BuildPhase phase, CancellationToken ct)
    {
        Phases.Add(phase);
        return ValueTask.CompletedTask;
    }

    public ValueTask LogAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _log.AddRange(bytes.Span);
        return ValueTask.CompletedTask;
    }
}
