namespace Farm.Derivations.Building;

/// <summary>Parts of the scripts that <see cref="DotNet"/> makes; each goes on where the one before it has ended.</summary>
internal static class DotNetScripts
{
    /// <summary>Everything that the SDK would write elsewhere goes to the build directory; nothing is left running, asked or reported.</summary>
    public const string Settings = """
        export HOME="$PWD/home" DOTNET_CLI_HOME="$PWD/home" NUGET_SCRATCH="$PWD/scratch" TMPDIR="$PWD/tmp"
        export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK=1
        export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
        export DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false NUGET_CERT_REVOCATION_MODE=offline
        mkdir -p "$HOME" "$NUGET_SCRATCH" "$TMPDIR"
        """;

    /// <summary>Writes the source, and what was compiled of it before, to <c>source</c>, and goes there.</summary>
    public const string Unpack = """
        mkdir source
        cp -r "$src/." source
        for reference in ${references:-}; do
          chmod -R u+w source
          cp -r "$reference/." source
        done
        chmod -R u+w source
        cd source
        rm -f nuget.config NuGet.Config NuGet.config
        """;

    /// <summary>Fills a package folder. Where a package came from is no part of it.</summary>
    public const string ToPackages = """
        dotnet restore "$project" --packages "$out" --source "$feed" -p:NuGetAudit=false $arguments
        mkdir -p "$out"
        for metadata in "$out"/*/*/.nupkg.metadata; do
          test -e "$metadata" || continue
          sed -i 's|"source": *"[^"]*"|"source": "farm"|' "$metadata"
        done
        """;

    /// <summary>Finds the packages in such a folder. Projects expect a slash at its end.</summary>
    public const string FromPackages =
        """dotnet restore "$project" --packages "$packages/" --source "$packages" -p:NuGetAudit=false $arguments""";

    /// <summary>For a project without packages.</summary>
    public const string FromNothing = """
        mkdir -p ../packages
        dotnet restore "$project" --packages "$PWD/../packages/" --source "$PWD/../packages" -p:NuGetAudit=false $arguments
        """;

    /// <summary>Paths of the build directory are not written into what is compiled, and what is compiled already is not compiled again.</summary>
    public const string Flags =
        "--no-restore -c \"$configuration\" -p:ContinuousIntegrationBuild=true -p:UseSharedCompilation=false "
        + "\"-p:PathMap=$PWD=/source\" ${references:+-p:BuildProjectReferences=false} $arguments";

    /// <summary>Keeps what other projects need of a compiled one: <c>bin</c>, and of <c>obj</c> the assembly that references are compiled against and the program's host.</summary>
    /// <remarks>The rest of <c>obj</c> has times in it.</remarks>
    public const string Keep = """
        folder=.
        [ -z "${references:-}" ] || folder=$(dirname "$project")
        find "$folder" -type d -name bin -prune | while read -r made; do
          mkdir -p "$out/$made"
          cp -r "$made/." "$out/$made"
        done
        find "$folder" -path '*/obj/*' \( -path '*/ref/*.dll' -o -name apphost \) | while read -r made; do
          mkdir -p "$out/$(dirname "$made")"
          cp "$made" "$out/$made"
        done
        mkdir -p "$out"
        """;

    /// <summary>Runs the tests of an assembly; <c>$out</c> is a list of them, with what came of each. Their times stand in the log.</summary>
    public const string RunTests = """
        dotnet test "$assembly" ${filter:+--filter "$filter"} --results-directory "$PWD/results" \
          --logger "trx;LogFileName=tests.trx" --logger "console;verbosity=normal" $arguments
        sed -n 's/.*<UnitTestResult .*testName="\([^"]*\)".* outcome="\([^"]*\)".*/\2 \1/p' results/tests.trx | sort > "$out"
        if ! grep -q ^Passed "$out"; then
          echo "No test ran of '$assembly'; look at the filter." >&2
          exit 1
        fi
        """;
}
