using System.Collections.Immutable;
using System.CommandLine;
using Farm.Cli.Commands.Stores.Transfers;
using Farm.Store;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Keys;

/// <summary><c>farm store copy-sigs</c>: signatures that other stores have of the same paths.</summary>
/// <remarks>Source: Nix manual, <c>nix store copy-sigs</c>. As there, a signature is only taken where the other store's path has
/// the same hash, size and references: else it signs something else.</remarks>
internal static class CopySignaturesCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        var selection = new PathSelection("Copy signatures of");
        var sources = new Option<string[]>("--substituter", "-s")
        {
            Description = "Where signatures are copied from: ROOT, http(s)://HOST or file:///DIR; may be given again.",
            HelpName = "STORE",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "copy-sigs",
            "Copy signatures of paths from other stores; tells of which paths some were new.",
            [
                "farm store copy-sigs --substituter https://cache.example.org --all",
                "farm store copy-sigs -s https://cache.example.org -r /nix/store/…-hello",
            ]
        )
        {
            sources,
            json,
        };
        selection.AddTo(command);
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var wanted = await selection.ReadAsync(parsed, store, ct).ConfigureAwait(false);
                var changed = ImmutableSortedSet.CreateBuilder<StorePath>();
                foreach (var source in parsed.GetRequiredValue(sources))
                {
                    await using var end = await StoreEnd
                        .OpenAsync(verbs, parsed, source, isWritten: false, ct)
                        .ConfigureAwait(false);
                    foreach (var path in wanted)
                    {
                        if (await CopyAsync(end.Store, store, path, ct).ConfigureAwait(false))
                        {
                            changed.Add(path);
                        }
                    }
                }
                PathLines.Write(verbs, store.StoreDir, changed, parsed.GetValue(json));
            }
        );
        return command;
    }

    private static async Task<bool> CopyAsync(IStore from, LocalStore to, StorePath path, CancellationToken ct)
    {
        var own =
            await to.QueryAsync(path, ct).ConfigureAwait(false)
            ?? throw new StoreException.InvalidPath(to.StoreDir.Print(path));
        if (await from.QueryAsync(path, ct).ConfigureAwait(false) is not { } other || !IsSame(own, other))
        {
            return false;
        }
        var more = other.Signatures.Except(own.Signatures);
        if (more.IsEmpty)
        {
            return false;
        }
        await to.AddSignaturesAsync(path, more, ct).ConfigureAwait(false);
        return true;
    }

    private static bool IsSame(PathInfo own, PathInfo other) =>
        own.NarHash == other.NarHash
        && own.NarSizeBytes == other.NarSizeBytes
        && own.References.SequenceEqual(other.References);
}
