namespace Farm.Derivations.Building;

/// <summary>Makes derivations of .NET projects: packages as a fixed output, and steps without a network that use them.</summary>
public static class DotNet
{
    /// <summary>Everything that the SDK would write elsewhere goes to the build directory; nothing is left running, asked or reported.</summary>
    private const string Prepare = """
        export HOME="$PWD/home" DOTNET_CLI_HOME="$PWD/home" NUGET_SCRATCH="$PWD/scratch" TMPDIR="$PWD/tmp"
        export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
        export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
        export DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false NUGET_CERT_REVOCATION_MODE=offline
        mkdir -p "$HOME" "$NUGET_SCRATCH" "$TMPDIR"
        cp -r "$src" source
        chmod -R u+w source
        cd source
        rm -f nuget.config NuGet.Config NuGet.config
        """;

    private const string ToPackages = """
        dotnet restore "$project" --packages "$out" --source "$feed" -p:NuGetAudit=false $arguments
        mkdir -p "$out"
        for metadata in "$out"/*/*/.nupkg.metadata; do
          test -e "$metadata" || continue
          sed -i 's|"source": *"[^"]*"|"source": "farm"|' "$metadata"
        done
        """;

    private const string FromPackages =
        """dotnet restore "$project" --packages "$packages" --source "$packages" -p:NuGetAudit=false""";

    private const string FromNothing = """
        mkdir -p ../packages
        dotnet restore "$project" --packages "$PWD/../packages" --source "$PWD/../packages" -p:NuGetAudit=false
        """;

    /// <summary>Paths of the build directory are not written into what is compiled.</summary>
    private const string Flags =
        "--no-restore -c \"$configuration\" -p:ContinuousIntegrationBuild=true -p:UseSharedCompilation=false \"-p:PathMap=$PWD=/source\"";

    /// <summary>The packages that a project needs, as a folder: a fixed output, so that the network may be used and only another hash makes it anew.</summary>
    /// <param name="spec">The project.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">The hash is none, or an attribute breaks a rule.</exception>
    public static Derivation Restore(DotNetRestoreSpec spec, DerivationSettings? settings = null) =>
        Shell.Create(
            new ShellSpec
            {
                Name = spec.Name,
                Script = $"{Prepare}\n{ToPackages}",
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

    /// <summary>Compiles; the output has what the projects' <c>bin</c> folders have, at the same places.</summary>
    /// <inheritdoc cref="Restore"/>
    public static Derivation Build(DotNetSpec spec, DerivationSettings? settings = null) =>
        Step(
            spec,
            $"""
            dotnet build "$project" {Flags} $arguments
            find . -type d -name bin | while read -r folder; do mkdir -p "$out/$folder"; cp -r "$folder/." "$out/$folder"; done
            mkdir -p "$out"
            """,
            settings
        );

    /// <summary>Publishes to the output.</summary>
    /// <inheritdoc cref="Restore"/>
    public static Derivation Publish(DotNetSpec spec, DerivationSettings? settings = null) =>
        Step(spec, $"""dotnet publish "$project" {Flags} -o "$out" $arguments""", settings);

    /// <summary>Runs the tests; the output has their results as <c>.trx</c> files.</summary>
    /// <inheritdoc cref="Restore"/>
    public static Derivation Test(DotNetSpec spec, DerivationSettings? settings = null) =>
        Step(
            spec,
            $"""
            dotnet build "$project" {Flags}
            dotnet test "$project" --no-build -c "$configuration" --logger trx --results-directory "$out" $arguments
            mkdir -p "$out"
            """,
            settings
        );

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
        return Shell.Create(
            new ShellSpec
            {
                Name = spec.Name,
                Script = $"{Prepare}\n{(spec.Packages is null ? FromNothing : FromPackages)}\n{step}",
                Tools = spec.Tools,
                Attributes = attributes,
            },
            settings
        );
    }
}
