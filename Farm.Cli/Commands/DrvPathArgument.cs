using Farm.Store.Paths;

namespace Farm.Cli.Commands;

/// <summary>A derivation known to the coordinator, given as store path or base name.</summary>
internal static class DrvPathArgument
{
    /// <exception cref="CommandException">The last part of the text is not the name of a derivation in a store.</exception>
    public static StorePath Parse(string text)
    {
        var name = text[(text.LastIndexOf('/') + 1)..];
        return StorePath.TryParse(name, out var path) && path.IsDerivation
            ? path
            : throw new CommandException(
                $"'{text}' is no derivation in a store: give its path, such as /nix/store/<32 characters>-hello.drv."
            );
    }
}
