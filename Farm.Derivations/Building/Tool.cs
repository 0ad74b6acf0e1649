using System.Collections.Immutable;
using Farm.Derivations.Objects;

namespace Farm.Derivations.Building;

/// <summary>Where programs come from that a build runs.</summary>
/// <remarks>The sandbox has none but <c>/bin/sh</c>, busybox, whose own commands (<c>cp</c>, <c>sed</c>, <c>tar</c>, …) a script has too.</remarks>
public abstract record Tool
{
    private Tool() { }

    /// <summary>The folder <c>bin</c> of a store path: an output of a derivation, written in C# or imported, or a source.</summary>
    public sealed record FromStore(NixString Path) : Tool;

    /// <summary>Programs of the machine that builds.</summary>
    public sealed record FromHost(HostTools Tools) : Tool;

    public static implicit operator Tool(Derivation derivation) => new FromStore(derivation.OutPath);

    public static implicit operator Tool(StoreObject item) => new FromStore(item.Reference);

    public static implicit operator Tool(HostTools tools) => new FromHost(tools);

    /// <summary>Gives a derivation's attributes the tools: <c>PATH</c>, and what host tools ask for.</summary>
    /// <exception cref="DerivationException">One of those attributes is given already.</exception>
    internal static void AddTo(AttributeSet attributes, IReadOnlyList<Tool> tools)
    {
        if (tools.Count == 0)
            return;
        var folders = new List<NixString>();
        var hosts = new List<HostTools>();
        foreach (var tool in tools)
        {
            switch (tool)
            {
                case FromStore store:
                    folders.Add($"{store.Path}/bin");
                    break;
                case FromHost host:
                    folders.AddRange(host.Tools.Folders.Select(folder => (NixString)folder));
                    hosts.Add(host.Tools);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException($"No case of a tool is {tool.GetType()}.");
            }
        }
        attributes.Add("PATH", NixString.Join(":", folders));
        if (hosts.Count == 0)
            return;
        var paths = hosts.SelectMany(host => host.Paths).ToImmutableSortedSet(StringComparer.Ordinal);
        attributes.Add("__impureHostDeps", NixValue.List([.. paths.Select(path => (NixValue)path)]));
        attributes.Add("hostTools", NixValue.List([.. hosts.Select(host => (NixValue)host.Identity)]));
    }
}
