using static Farm.Derivations.Building.DotNetScripts;

namespace Farm.Derivations.Building;

/// <summary>Makes derivations of .NET projects: packages as a fixed output, and steps without a network that use them.</summary>
public static class DotNet
{
    /// <summary>The packages that a project needs, as a folder: a fixed output, so that the network may be used and only another hash makes it anew.</summary>
    /// <param name="spec">The project.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">The hash is none, or an attribute breaks a rule.</exception>
    public static Derivation Restore(DotNetRestoreSpec spec, DerivationSettings? settings = null) =>
        Shell.Create(
            new ShellSpec
            {
                Name = spec.Name,
                Script = $"{Settings}\n{Unpack}\n{ToPackages}",
                Tools = spec.Tools,
                Addressing = new OutputAddressing.Fixed(spec.Hash, "recursive", "sha256"),
                Attributes = new()
                {
                    ["src"] = spec.Source,
                    ["project"] = spec.Project,
                    ["feed"] = spec.Feed,
                    ["arguments"] = NixString.Join(" ", spec.Arguments),
                    ["impureEnvVars"] = ["http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"],
                },
            },
            settings
        );

    /// <summary>Compiles; the output has what the projects' <c>bin</c> folders have, at the same places, and what compiling against them needs.</summary>
    /// <inheritdoc cref="Restore"/>
    public static Derivation Build(DotNetSpec spec, DerivationSettings? settings = null) =>
        Step(spec, $"dotnet build \"$project\" {Flags}\n{Keep}", settings);

    /// <summary>Publishes to the output.</summary>
    /// <inheritdoc cref="Restore"/>
    public static Derivation Publish(DotNetSpec spec, DerivationSettings? settings = null) =>
        Step(spec, $"dotnet publish \"$project\" {Flags} -o \"$out\"", settings);

    /// <summary>Runs the tests of an assembly that is compiled, such as in an output of <see cref="Build"/>.</summary>
    /// <remarks>The output is a file with a line for each test, in byte order: what came of it, as in <c>Passed</c>, and its name.</remarks>
    /// <inheritdoc cref="Restore"/>
    public static Derivation Test(DotNetTestSpec spec, DerivationSettings? settings = null)
    {
        var attributes = new AttributeSet(spec.Attributes)
        {
            { "src", spec.Compiled },
            { "assembly", spec.Assembly },
            { "arguments", NixString.Join(" ", spec.Arguments) },
        };
        if (spec.Filter is { } filter)
            attributes.Add("filter", filter);
        return Shell.Create(
            new ShellSpec
            {
                Name = spec.Name,
                Script = $"{Settings}\n{Unpack}\n{RunTests}",
                Tools = spec.Tools,
                Attributes = attributes,
            },
            settings
        );
    }

    private static Derivation Step(DotNetSpec spec, NixString step, DerivationSettings? settings)
    {
        var attributes = new AttributeSet(spec.Attributes)
        {
            { "src", spec.Source },
            { "project", spec.Project },
            { "configuration", spec.Configuration },
            { "arguments", NixString.Join(" ", spec.Arguments) },
        };
        if (spec.Packages is { } packages)
            attributes.Add("packages", packages);
        if (spec.References.Count > 0)
            attributes.Add("references", NixValue.List([.. spec.References.Select(reference => (NixValue)reference)]));
        return Shell.Create(
            new ShellSpec
            {
                Name = spec.Name,
                Script = $"{Settings}\n{Unpack}\n{(spec.Packages is null ? FromNothing : FromPackages)}\n{step}",
                Tools = spec.Tools,
                Attributes = attributes,
            },
            settings
        );
    }
}
