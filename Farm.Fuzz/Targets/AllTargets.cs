using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Targets;

/// <summary>Every target, by name.</summary>
public static class AllTargets
{
    private static readonly FuzzTarget[] s_targets =
    [
        new NarTarget(),
        new DerivationTarget(),
        new NarInfoTarget(),
        new ExportTarget(),
        new HoconTarget(),
        new NixConfTarget(),
        new Base32Target(),
        new HashTarget(),
        new StorePathTarget(),
        new ContentAddressTarget(),
        new SignatureTarget(),
        new KeyTarget(),
        new WorkerProtocolTarget(),
        new RecursiveProtocolTarget(),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. s_targets.Select(target => target.Name)];

    /// <returns>Null where no target has the name.</returns>
    public static FuzzTarget? Find(string name) => Array.Find(s_targets, target => target.Name == name);
}
