namespace Farm.Derivations.Building;

/// <summary>Makes derivations of scripts.</summary>
public static class Shell
{
    private const string Program = "/bin/sh";

    /// <summary>A derivation that runs a script with <c>/bin/sh</c>, which every sandbox of the farm has.</summary>
    /// <param name="spec">The script and what it needs.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">An attribute breaks a rule, which the message names.</exception>
    public static Derivation Create(ShellSpec spec, DerivationSettings? settings = null)
    {
        var attributes = new AttributeSet(spec.Attributes);
        Tool.AddTo(attributes, spec.Tools);
        return Derivation.Create(
            new DerivationSpec
            {
                Name = spec.Name,
                Builder = Program,
                Args = ["-euc", spec.Script],
                Outputs = spec.Outputs,
                Addressing = spec.Addressing,
                System = spec.System,
                Attributes = attributes,
            },
            settings
        );
    }
}
