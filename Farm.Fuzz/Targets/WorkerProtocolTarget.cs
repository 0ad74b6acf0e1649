using Farm.Fuzz.Daemons;

namespace Farm.Fuzz.Targets;

/// <summary>What Nix's clients send to a daemon.</summary>
public sealed class WorkerProtocolTarget : ProtocolTarget
{
    public override string Name => "worker-protocol";

    private protected override FuzzedClient Who(byte[] input, int connection) =>
        (input.Sum(one => one) % 2 == 0) ^ (connection == 1) ? FuzzedClient.Trusted : FuzzedClient.Other;
}
