using System.Collections.Frozen;

namespace Farm.Derivations.Building;

/// <summary>Makes a derivation of a .NET SDK, so that builds need nothing of the machines that build.</summary>
/// <remarks>Shape: <c>bin/dotnet</c>; the SDK in <c>share/dotnet</c>; the C library, the compiler's and OpenSSL, as the machine has them, in <c>lib</c>.
/// What Microsoft's programs are linked to look for, <c>/lib64/ld-linux-…</c>, is in no sandbox: they are given the loader in
/// <c>lib</c>. Files of the machine enter as sources, so that another SDK or another C library is another derivation.</remarks>
public static class DotNetSdk
{
    /// <summary>With translations, what compiling, testing and publishing in C# and Visual Basic does without: half of an SDK.</summary>
    private static readonly FrozenSet<string> s_leftOut = FrozenSet.Create(
        StringComparer.Ordinal,
        ["Containers", "DotnetTools", "FSharp", "TestHostNetFramework"]
    );

    private const string Script = """
        mkdir -p "$out/bin" "$out/lib" "$out/share"
        cp -r "$sdk" "$out/share/dotnet"
        chmod -R u+w "$out/share/dotnet"
        for library in $libraries; do
          name=$(basename "$library")
          cp "$library" "$out/lib/${name#*-}"
        done
        loader=$out/lib/$loader

        # An unsigned integer of a file, little-endian: offset, bytes.
        number() { od -An -v -t "u$2" -j "$1" -N "$2" "$file" | tr -d ' '; }
        # Overwrites four bytes of a file: offset, number.
        put() {
          for shift in 0 8 16 24; do printf "\\$(printf %o $(($2 >> shift & 255)))"; done |
            dd of="$file" bs=1 seek="$1" conv=notrunc 2>/dev/null
        }
        # The kernel looks for the loader's name where the program header of type 3 says: at the end of the file from now on.
        set_loader() {
          headers=$(number 32 4) size=$(number 54 2) count=$(number 56 2) at=0
          while [ "$at" -lt "$count" ]; do
            header=$((headers + at * size)) at=$((at + 1))
            [ "$(number "$header" 4)" = 3 ] || continue
            put $((header + 8)) "$(stat -c %s "$file")"
            put $((header + 32)) $((${#loader} + 1))
            printf '%s\0' "$loader" >> "$file"
          done
        }
        # Those in packs become part of what is compiled, and that is to run anywhere.
        find "$out/share/dotnet" -type f -perm -100 ! -path '*/packs/*' | while read -r file; do
          [ "$(number 0 4)" != 1179403647 ] || set_loader
        done

        cat > "$out/bin/dotnet" <<END
        #!/bin/sh
        export DOTNET_ROOT=$out/share/dotnet LD_LIBRARY_PATH=$out/lib DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
        exec $out/share/dotnet/dotnet "\$@"
        END
        chmod +x "$out/bin/dotnet"
        HOME=$PWD "$out/bin/dotnet" --version
        """;

    /// <summary>The SDK that is on <c>PATH</c> of this machine, of the version that <c>global.json</c> asks for here.</summary>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="DerivationException">There is none, or a library that it needs is missing.</exception>
    public static async Task<Derivation> OfMachineAsync(
        DerivationSettings? settings = null,
        CancellationToken ct = default
    )
    {
        var root = HostProgram.DotNetRoot();
        var dotnet = Path.Combine(root, "dotnet");
        var version = await HostTools.FirstLineAsync(dotnet, "--version", ct).ConfigureAwait(false);
        var sdk = await Source
            .WhereAsync(root, (path, _) => IsNeeded(path, version), $"dotnet-{version}", settings, ct)
            .ConfigureAwait(false);
        var libraries = new List<Source>();
        var files = await NativeLibraries.OfAsync(root, ct).ConfigureAwait(false);
        foreach (var (name, file) in files.ByName)
            libraries.Add(await Source.FromAsync(file, name, settings, ct).ConfigureAwait(false));
        return Shell.Create(
            new ShellSpec
            {
                Name = $"dotnet-sdk-{version}",
                Script = Script,
                Attributes = new()
                {
                    ["sdk"] = sdk,
                    ["libraries"] = NixValue.List([.. libraries.Select(library => (NixValue)library)]),
                    ["loader"] = files.Loader,
                },
            },
            settings
        );
    }

    private static bool IsNeeded(string path, string version)
    {
        var parts = path.Split('/');
        return parts[0] switch
        {
            "sdk" => parts.Length == 1
                || (
                    parts[1] == version
                    && !(parts.Length == 3 && s_leftOut.Contains(parts[2]))
                    && !path.EndsWith(".resources.dll", StringComparison.Ordinal)
                ),
            // Descriptions of the framework's types, for editors.
            "packs" => !(parts.Contains("ref") && path.EndsWith(".xml", StringComparison.Ordinal)),
            "dotnet" or "host" or "shared" or "sdk-manifests" => true,
            _ => false,
        };
    }
}
