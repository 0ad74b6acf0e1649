using Cake.Core;
using Cake.Core.Annotations;
using Cake.Farm.Running;
using Farm.Derivations;

namespace Cake.Farm;

/// <summary>Aliases that make derivations; nothing is written before one is built.</summary>
[CakeAliasCategory("Farm")]
[CakeNamespaceImport("Farm.Derivations")]
public static class FarmDerivationAliases
{
    /// <summary>Makes a derivation, the same one that Nix makes of these attributes.</summary>
    /// <example>
    /// <code>
    /// var greeting = FarmDerivation(new() { Name = "greeting", Builder = "/bin/sh", Args = ["-c", "echo hello > $out"] });
    /// var loud = FarmDerivation(new() { Name = "loud", Builder = "/bin/sh", Args = ["-c", $"read line &lt; {greeting}; echo $line! > $out"] });
    /// </code>
    /// </example>
    /// <exception cref="CakeException">The attributes make no derivation; the message tells which and why.</exception>
    [CakeMethodAlias]
    public static Derivation FarmDerivation(this ICakeContext context, DerivationSpec spec)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            return Derivation.Create(spec);
        }
        catch (DerivationException error)
        {
            throw new CakeException(error.Message, error);
        }
    }

    /// <summary>Reads a derivation that Nix, Guix or anything else has made, with all that it needs; it can be built, and be an input of further ones.</summary>
    /// <example><code>FarmBuild(FarmImport("/nix/store/…-hello.drv"));</code></example>
    /// <exception cref="CakeException">It is not there, or no derivation.</exception>
    [CakeMethodAlias]
    public static Derivation FarmImport(this ICakeContext context, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            return ScriptWait.For(Derivation.ImportAsync(path));
        }
        catch (Exception error) when (error is DerivationException or IOException or FormatException)
        {
            throw new CakeException(error.Message, error);
        }
    }
}
