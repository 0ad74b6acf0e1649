namespace Farm.Derivations;

/// <summary>What a derivation is made of, typed.</summary>
/// <remarks>Each member becomes the attributes that Nix has for it, and nothing else does: two lines of Nix and of C# that say the
/// same give the same file.</remarks>
public sealed record DerivationSpec
{
    /// <summary>The name in the store, without hash and <c>.drv</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program that runs: a path in the sandbox, or in an input.</summary>
    public required NixString Builder { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<NixValue> Args { get; init; } = [];

    /// <summary>For which machines; null for the settings' system.</summary>
    public string? System { get; init; }

    /// <summary>The outputs, the one meant by the derivation itself first; null for <c>out</c> alone, without an attribute <c>outputs</c>.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>What tells the paths of the outputs.</summary>
    public OutputAddressing Addressing { get; init; } = new OutputAddressing.ByInputs();

    /// <summary>Whether attributes reach the builder as JSON instead of as variables.</summary>
    public bool StructuredAttributes { get; init; }

    /// <summary>Whether attributes that are null are left out.</summary>
    public bool IgnoreNulls { get; init; }

    /// <summary>Names of attributes that reach the builder as files; null for none, without an attribute <c>passAsFile</c>.</summary>
    public IReadOnlyList<string>? PassAsFile { get; init; }

    /// <summary>All other attributes.</summary>
    public AttributeSet Attributes { get; init; } = [];

    /// <summary>The attributes that Nix would be given.</summary>
    /// <exception cref="DerivationException">An attribute is given in <see cref="Attributes"/> and by a member too.</exception>
    public AttributeSet ToAttributes(DerivationSettings settings)
    {
        var all = new AttributeSet(Attributes)
        {
            { "name", Name },
            { "builder", Builder },
            { "system", System ?? settings.System },
        };
        if (Args.Count > 0)
            all.Add("args", NixValue.List([.. Args]));
        if (Outputs is { } outputs)
            all.Add("outputs", NixValue.List([.. outputs]));
        if (StructuredAttributes)
            all.Add("__structuredAttrs", true);
        if (IgnoreNulls)
            all.Add("__ignoreNulls", true);
        if (PassAsFile is { } names)
            all.Add("passAsFile", NixValue.List([.. names]));
        Addressing.AddTo(all);
        return all;
    }
}
