using System.Collections.Immutable;

namespace Farm.Derivations.Building;

/// <summary>Tools of the machine that builds, which a derivation asks for by <c>__impureHostDeps</c>.</summary>
/// <remarks>They are seen in the sandbox where they are on the machine, if its settings allow them (<see cref="Setting"/>). Nothing
/// hashes them: <see cref="Identity"/> is passed as an attribute, so that another version of the tools is another derivation.</remarks>
/// <param name="Identity">Names the tools and their version.</param>
/// <param name="Paths">Files and directories that the sandbox must show.</param>
/// <param name="Folders">Folders of programs, for <c>PATH</c>.</param>
public sealed record HostTools(string Identity, ImmutableArray<string> Paths, ImmutableArray<string> Folders)
{
    /// <summary>Where programs that are linked dynamically find their loader and libraries: as folders, or as links and what they lead to.</summary>
    private static readonly string[] Libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];

    /// <summary>What a machine that builds must have in its settings.</summary>
    public string Setting =>
        $"farm.sandbox.allowed-impure-host-deps = [{string.Join(", ", Paths.Select(path => $"\"{path}\""))}]";

    /// <summary>The C compiler, make and the other programs in <c>/usr/bin</c>.</summary>
    /// <param name="identity">Such as the first line that <c>cc --version</c> prints.</param>
    public static HostTools Compiler(string identity) =>
        new(identity, [.. Libraries, "/usr/bin", "/usr/include", "/usr/libexec", "/etc/alternatives"], ["/usr/bin"]);

    /// <summary>The .NET SDK that is on <c>PATH</c> of this machine, which must be at the same place on the machines that build.</summary>
    /// <exception cref="DerivationException">There is none, or it does not tell its version.</exception>
    public static async Task<HostTools> DotNetAsync(CancellationToken ct = default)
    {
        var root = HostProgram.DotNetRoot();
        var version = await FirstLineAsync(Path.Combine(root, "dotnet"), "--version", ct).ConfigureAwait(false);
        return new HostTools($"dotnet {version}", [root, .. Libraries], [root]);
    }

    /// <summary>The first line that a program prints.</summary>
    /// <exception cref="DerivationException">It cannot be run, or fails.</exception>
    public static async Task<string> FirstLineAsync(string program, string argument, CancellationToken ct)
    {
        var output = await HostProgram.OutputAsync(program, null, [argument], ct).ConfigureAwait(false);
        return output.Split('\n')[0].Trim();
    }

    public bool Equals(HostTools? other) =>
        other is not null
        && Identity == other.Identity
        && Paths.SequenceEqual(other.Paths)
        && Folders.SequenceEqual(other.Folders);

    public override int GetHashCode() => Identity.GetHashCode(StringComparison.Ordinal);
}
