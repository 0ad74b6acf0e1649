namespace Farm.Derivations.Building;

/// <summary>A .NET project or solution that is compiled without a network.</summary>
public sealed record DotNetSpec
{
    /// <summary>The name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>The directory with the project and all that it refers to.</summary>
    public required NixString Source { get; init; }

    /// <summary>The project's or solution's file, from the source.</summary>
    public required string Project { get; init; }

    /// <summary>The SDK: <see cref="DotNetSdk.OfMachineAsync"/>, <see cref="HostTools.DotNetAsync"/>, or an imported derivation.</summary>
    public required IReadOnlyList<Tool> Tools { get; init; }

    /// <summary>A package folder: what <see cref="DotNet.Restore"/> makes, or a source with one; null for a project without packages.</summary>
    public NixString? Packages { get; init; }

    /// <summary>Projects that this one refers to, directly or not, as <see cref="DotNet.Build"/> has compiled them; they are not compiled again.
    /// With none given they are compiled with it.</summary>
    public IReadOnlyList<Derivation> References { get; init; } = [];

    /// <summary>The configuration.</summary>
    public string Configuration { get; init; } = "Release";

    /// <summary>Further arguments of restoring and of the step, such as <c>-p:Version=1.2</c>; no white space in them.</summary>
    public IReadOnlyList<NixString> Arguments { get; init; } = [];

    /// <summary>More variables.</summary>
    public AttributeSet Attributes { get; init; } = [];
}
