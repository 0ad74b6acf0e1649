using System.Text;
using Farm.Fuzz.Daemons;
using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Targets;

/// <summary>What a builder sends to the daemon of its build, which shows it some paths of the store and nothing of the others.</summary>
public sealed class RecursiveProtocolTarget : ProtocolTarget
{
    private static readonly byte[][] s_secrets =
    [
        Encoding.ASCII.GetBytes(FuzzedStore.HiddenText),
        Encoding.ASCII.GetBytes(FuzzedStore.HiddenNarHash.ToBase16()),
    ];

    public override string Name => "recursive-protocol";

    protected override IReadOnlyList<string> Texts { get; } =
    [
        $"/nix/store/{FuzzedStore.Shown}",
        $"/nix/store/{FuzzedStore.Hidden}",
        FuzzedStore.Hidden.Hash.ToString(),
        FuzzedStore.Hidden.Name.ToString(),
    ];

    private protected override FuzzedClient Who(byte[] input, int connection) => FuzzedClient.Builder;

    protected override void CheckAnswer(byte[] input, byte[] answer)
    {
        foreach (var secret in s_secrets)
        {
            LawBrokenException.Unless(
                answer.AsSpan().IndexOf(secret) < 0 || input.AsSpan().IndexOf(secret) >= 0,
                "a builder learns nothing of what it does not see"
            );
        }
    }
}
