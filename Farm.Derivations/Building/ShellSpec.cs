namespace Farm.Derivations.Building;

/// <summary>A build that is a script for <c>/bin/sh</c>.</summary>
public sealed record ShellSpec
{
    /// <summary>The name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>The script. The first command that fails ends it, as does a variable that is not set. It makes <c>$out</c>, and the other outputs.</summary>
    public required NixString Script { get; init; }

    /// <summary>Where the programs come from that it runs.</summary>
    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <inheritdoc cref="DerivationSpec.Outputs"/>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <inheritdoc cref="DerivationSpec.Addressing"/>
    public OutputAddressing Addressing { get; init; } = new OutputAddressing.ByInputs();

    /// <inheritdoc cref="DerivationSpec.System"/>
    public string? System { get; init; }

    /// <summary>Variables of the script.</summary>
    public AttributeSet Attributes { get; init; } = [];
}
