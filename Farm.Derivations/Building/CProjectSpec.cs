namespace Farm.Derivations.Building;

/// <summary>A project in C, or any that is configured, made and installed.</summary>
public sealed record CProjectSpec
{
    /// <summary>The name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>The project's directory: a source, or an output that is one.</summary>
    public required NixString Source { get; init; }

    /// <summary>Compiler, make and what else it needs: an imported tool chain, or <see cref="HostTools.Compiler"/>.</summary>
    public required IReadOnlyList<Tool> Tools { get; init; }

    /// <summary>Outputs of derivations with <c>include</c> and <c>lib</c>, which compiler and linker find by <c>CPATH</c> and <c>LIBRARY_PATH</c>.</summary>
    public IReadOnlyList<Derivation> Libraries { get; init; } = [];

    /// <summary>Run first; null for none.</summary>
    public NixString? Configure { get; init; } = "./configure --prefix=$out";

    /// <summary>Compiles.</summary>
    public NixString Build { get; init; } = "make -j$NIX_BUILD_CORES";

    /// <summary>Tests; null for none.</summary>
    public NixString? Check { get; init; }

    /// <summary>Fills the outputs.</summary>
    public NixString Install { get; init; } = "make install";

    /// <inheritdoc cref="DerivationSpec.Outputs"/>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <inheritdoc cref="DerivationSpec.System"/>
    public string? System { get; init; }

    /// <summary>More variables.</summary>
    public AttributeSet Attributes { get; init; } = [];
}
