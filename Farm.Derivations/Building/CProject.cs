namespace Farm.Derivations.Building;

/// <summary>Makes derivations of projects that are configured, made and installed.</summary>
public static class CProject
{
    /// <summary>A derivation that copies the source to the build directory, and there runs one step after the other.</summary>
    /// <param name="spec">The project.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">An attribute breaks a rule, which the message names.</exception>
    public static Derivation Create(CProjectSpec spec, DerivationSettings? settings = null)
    {
        var attributes = new AttributeSet(spec.Attributes) { { "src", spec.Source } };
        if (spec.Libraries.Count > 0)
        {
            attributes.Add("CPATH", Folders(spec.Libraries, "include"));
            attributes.Add("LIBRARY_PATH", Folders(spec.Libraries, "lib"));
        }
        NixString?[] steps =
        [
            // Files in the store cannot be written to, and their times are all the same.
            "cp -r \"$src\" source",
            "chmod -R u+w source",
            "cd source",
            spec.Configure,
            spec.Build,
            spec.Check,
            spec.Install,
        ];
        return Shell.Create(
            new ShellSpec
            {
                Name = spec.Name,
                Script = NixString.Join("\n", steps.OfType<NixString>()),
                Tools = spec.Tools,
                Outputs = spec.Outputs,
                System = spec.System,
                Attributes = attributes,
            },
            settings
        );
    }

    private static NixString Folders(IEnumerable<Derivation> libraries, string folder) =>
        NixString.Join(":", libraries.Select(library => (NixString)$"{library}/{folder}"));
}
