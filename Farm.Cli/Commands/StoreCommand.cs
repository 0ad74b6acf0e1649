using System.Collections.Immutable;
using System.CommandLine;
using Farm.Cli.Nodes;
using Farm.Store.Hashing;
using Farm.Store.Local;
using Farm.Store.PathInfos;
using Farm.Store.Paths;

namespace Farm.Cli.Commands;

/// <summary><c>farm store</c>: the store of a node that is stopped.</summary>
internal static class StoreCommand
{
    private const string RootKey = "farm.store.root";

    private static readonly Option<string?> Root = new("--store")
    {
        Description = "The physical root of the store, such as a node's data directory; farm.store.root if not given.",
        HelpName = "ROOT",
        Recursive = true,
    };

    public static Command Create(CommandServices services) =>
        new("store", "Work on the store of a node that is stopped.")
        {
            Root,
            Add(services),
            Query(services),
            Dump(services),
        };

    private static FarmCommand Add(CommandServices services)
    {
        var path = new Argument<string>("PATH") { Description = "A file or directory." };
        var name = new Option<string?>("--name")
        {
            Description = "Name in the store; the file's own if not given.",
            HelpName = "NAME",
        };
        var flat = new Option<bool>("--flat")
        {
            Description = "Address a plain file by its bytes, not by its archive.",
        };
        var command = new FarmCommand(
            "add",
            "Add files, and print their store path.",
            ["farm store add ./src --store /srv/farm/worker"]
        )
        {
            path,
            name,
            flat,
        };
        command.SetAction(
            (parsed, ct) =>
                WithStoreAsync(
                    services,
                    parsed,
                    async store =>
                    {
                        var source = Path.GetFullPath(parsed.GetRequiredValue(path));
                        if (!Path.Exists(source) && new FileInfo(source).LinkTarget is null)
                        {
                            throw new CommandException($"'{source}' is not there.");
                        }
                        var info = await store
                            .AddFileTreeAsync(
                                StorePathName.Parse(parsed.GetValue(name) ?? Path.GetFileName(source.TrimEnd('/'))),
                                source,
                                parsed.GetValue(flat) ? ContentAddressMethod.Flat : ContentAddressMethod.Nar,
                                HashAlgorithm.Sha256,
                                ct
                            )
                            .ConfigureAwait(false);
                        services.Terminal.Out.WriteLine(store.StoreDir.Print(info.Path));
                    },
                    ct
                )
        );
        return command;
    }

    private static FarmCommand Dump(CommandServices services)
    {
        var path = new Argument<string>("PATH") { Description = "A store path." };
        var command = new FarmCommand(
            "dump",
            "Write a path as a Nix archive to standard output.",
            ["farm store dump /nix/store/…-x > x.nar"]
        )
        {
            path,
        };
        command.SetAction(
            (parsed, ct) =>
                WithStoreAsync(
                    services,
                    parsed,
                    store =>
                        store.DumpNarAsync(
                            store.StoreDir.ParsePath(parsed.GetRequiredValue(path)),
                            services.Terminal.RawOut,
                            ct
                        ),
                    ct
                )
        );
        return command;
    }

    private static FarmCommand Query(CommandServices services)
    {
        var references = new Option<bool>("--references") { Description = "What the paths refer to." };
        var referrers = new Option<bool>("--referrers") { Description = "What refers to the paths." };
        var requisites = new Option<bool>("--requisites")
        {
            Description = "The paths and all they refer to, directly or not.",
        };
        var deriver = new Option<bool>("--deriver") { Description = "The derivations that the paths were built from." };
        var hashPart = new Option<bool>("--hash-part")
        {
            Description = "The paths with these hash parts (32 characters).",
        };
        var info = new Option<bool>("--info") { Description = "All that is recorded." };
        var paths = new Argument<string[]>("PATH") { Description = "Store paths.", Arity = ArgumentArity.OneOrMore };
        Option<bool>[] modes = [references, referrers, requisites, deriver, hashPart, info];
        var command = new FarmCommand(
            "query",
            "Tell what the store knows of paths.",
            [
                "farm store query --requisites /nix/store/…-hello",
                "farm store query --hash-part 3ghsl9sd83mc26i81adpa2fzf3yw4f68",
            ]
        )
        {
            paths,
        };
        foreach (var mode in modes)
        {
            command.Add(mode);
        }
        command.SetAction(
            (parsed, ct) =>
            {
                Option<bool>[] chosen = [.. modes.Where(mode => parsed.GetValue(mode))];
                if (chosen is not [var only])
                {
                    throw new CommandException($"choose one of {string.Join(", ", modes.Select(mode => mode.Name))}.");
                }
                return WithStoreAsync(
                    services,
                    parsed,
                    async store =>
                    {
                        foreach (
                            var line in await LinesAsync(store, only.Name, parsed.GetRequiredValue(paths), ct)
                                .ConfigureAwait(false)
                        )
                        {
                            services.Terminal.Out.WriteLine(line);
                        }
                    },
                    ct
                );
            }
        );
        return command;
    }

    private static async Task<IEnumerable<string>> LinesAsync(
        LocalStore store,
        string mode,
        string[] arguments,
        CancellationToken ct
    )
    {
        if (mode == "--hash-part")
        {
            List<string> found = [];
            foreach (var argument in arguments)
            {
                var path = StorePathHash.TryParse(argument, out var hash)
                    ? await store.QueryPathFromHashPartAsync(hash, ct).ConfigureAwait(false)
                    : throw new CommandException(
                        $"'{argument}' is no hash part of a store path: 32 characters of base 32."
                    );
                found.Add(
                    path is { } valid
                        ? store.StoreDir.Print(valid)
                        : throw new CommandException($"No valid path has the hash part '{argument}'.")
                );
            }
            return found;
        }
        StorePath[] paths = [.. arguments.Select(store.StoreDir.ParsePath)];
        if (mode == "--requisites")
        {
            return (await store.ClosureAsync(paths, ct).ConfigureAwait(false)).Select(store.StoreDir.Print);
        }
        var lines = new List<string>();
        foreach (var path in paths)
        {
            var known =
                await store.QueryAsync(path, ct).ConfigureAwait(false)
                ?? throw new Farm.Store.StoreException.InvalidPath(store.StoreDir.Print(path));
            lines.AddRange(
                mode switch
                {
                    "--references" => known.References.Select(store.StoreDir.Print),
                    "--referrers" => (await store.ReferrersAsync(path, ct).ConfigureAwait(false)).Select(
                        store.StoreDir.Print
                    ),
                    "--deriver" => [known.Deriver is { } drv ? store.StoreDir.Print(drv) : "unknown-deriver"],
                    _ => Info(store.StoreDir, known),
                }
            );
        }
        return lines.Distinct(StringComparer.Ordinal);
    }

    private static ImmutableArray<string> Info(StoreDir storeDir, PathInfo info) =>
        [
            $"path        {storeDir.Print(info.Path)}",
            $"narHash     sha256:{info.NarHash.ToNixBase32()}",
            $"narSize     {info.NarSizeBytes}",
            $"references  {string.Join(' ', info.References)}",
            $"deriver     {(info.Deriver is { } drv ? storeDir.Print(drv) : "unknown")}",
            $"registered  {info.RegistrationTime:u}",
            $"ca          {info.ContentAddress?.ToString() ?? "none"}",
        ];

    private static async Task<int> WithStoreAsync(
        CommandServices services,
        ParseResult parsed,
        Func<LocalStore, Task> work,
        CancellationToken ct
    )
    {
        var config = Farm.Cli.Settings.SettingsFile.Load(parsed.GetValue(GlobalOptions.Config));
        var root = Path.GetFullPath(parsed.GetValue(Root) ?? config.GetString(RootKey, "/"));
        if (!Directory.Exists(root))
        {
            throw new CommandException($"There is no directory '{root}'; name a store's root with --store ROOT.");
        }
        var settings = NodeOptions.Read(NodeOptions.WithStoreRoot(config, root), LocalStoreSettings.From);
        var opened = await OpenedStore.OpenAsync(settings, services.Clock, ct).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            await work(opened.Store).ConfigureAwait(false);
        }
        return ExitCode.Done;
    }
}
