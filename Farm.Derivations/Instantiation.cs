using Farm.Derivations.Writing;
using Farm.Store;
using Farm.Store.Local;

namespace Farm.Derivations;

/// <summary>Writes derivations to a store of files, where <c>farm build</c>, <c>farm drv</c> and Nix itself find them; what <c>nix-instantiate</c> does.</summary>
public static class Instantiation
{
    private const string RootVariable = "FARM_DERIVATIONS";
    private const string ToOption = "--to";

    /// <summary>For the last line of a program: writes, prints one line for each derivation, and answers the exit code.</summary>
    /// <param name="args">The program's arguments: nothing, or <c>--to ROOT</c>.</param>
    /// <param name="derivations">What is to be written. Of a derivation with another output than its first meant, the line names the output too.</param>
    public static async Task<int> RunAsync(string[] args, params Derivation[] derivations)
    {
        try
        {
            foreach (
                var line in await WriteAsync(RootOf(args), derivations, CancellationToken.None).ConfigureAwait(false)
            )
                await Console.Out.WriteLineAsync(line).ConfigureAwait(false);
            return 0;
        }
        catch (Exception error) when (error is DerivationException or StoreException or IOException)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}").ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>Writes derivations, and all that they need, to the store below a root, which is made where there is none.</summary>
    /// <returns>For each derivation the file of its <c>.drv</c>, and <c>^output</c> behind it where another output than the first is meant.</returns>
    /// <exception cref="DerivationException">The derivations are of different stores, or one cannot be written.</exception>
    /// <exception cref="StoreException">The store cannot be opened or written to.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        string root,
        IReadOnlyList<Derivation> derivations,
        CancellationToken ct
    )
    {
        var storeDirs = derivations.Select(derivation => derivation.File.StoreDir).Distinct().ToArray();
        if (storeDirs.Length == 0)
            return [];
        if (storeDirs.Length > 1)
        {
            throw new DerivationException(
                $"The derivations are of the stores {string.Join(" and ", storeDirs)}; write those of one at a time."
            );
        }
        var settings = new LocalStoreSettings
        {
            Layout = StoreLayout.Create(Path.GetFullPath(root), storeDirs[0]),
            Immutable = ImmutableBit.Off,
            Optimise = false,
        };
        await using var opened = await OpenedStore.OpenAsync(settings, TimeProvider.System, ct).ConfigureAwait(false);
        await ObjectWriter.WriteAsync(derivations, new StoreSink(opened.Store), ct).ConfigureAwait(false);
        return [.. derivations.Select(derivation => Line(settings.Layout, derivation))];
    }

    private static string Line(StoreLayout layout, Derivation derivation)
    {
        var file = layout.ToPhysical(derivation.File.Path);
        return derivation.OutputName == derivation.OutputNames[0] ? file : $"{file}^{derivation.OutputName}";
    }

    /// <exception cref="DerivationException">The arguments are others.</exception>
    private static string RootOf(string[] args) =>
        args switch
        {
            [] when Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } root => root,
            [] => Path.Combine(StateDirectory, "farm", "derivations"),
            [ToOption, { Length: > 0 } root] => root,
            _ => throw new DerivationException(
                $"The arguments '{string.Join(' ', args)}' are not understood; give nothing, or {ToOption} ROOT for the directory below which the store is."
            ),
        };

    private static string StateDirectory =>
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
            ? state
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
}
