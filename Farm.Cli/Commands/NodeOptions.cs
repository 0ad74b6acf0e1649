using System.CommandLine;
using Farm.Cli.Nodes;
using Farm.Cli.Settings;

namespace Farm.Cli.Commands;

/// <summary>Options that the verbs which run nodes have.</summary>
internal static class NodeOptions
{
    public static Option<string?> DataDir(string what) => new("--data-dir") { Description = what, HelpName = "DIR" };

    public static Option<string?> Listen(string what) =>
        new("--listen") { Description = what, HelpName = "ADDRESS:PORT" };

    public static Option<string[]> Set() =>
        new("--set")
        {
            Description = "A single setting, on top of the file; may be repeated.",
            HelpName = "KEY=VALUE",
            Arity = ArgumentArity.ZeroOrMore,
        };

    /// <summary>For nodes that 'farm up' started: they stop when their standard input ends.</summary>
    public static Option<bool> StopWithInput() =>
        new("--stop-with-input") { Description = "Stop when standard input ends.", Hidden = true };

    /// <summary>The settings of a node: options, then single settings, then the file, then the defaults.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="set">The option for single settings.</param>
    /// <param name="own">Keys and HOCON values that the options stand for; a null value is not given.</param>
    /// <param name="directories">Keys of directories, each with what it is below the data directory of a user who is not root.</param>
    /// <exception cref="CommandException">A setting is unknown or malformed.</exception>
    public static Config Settings(
        ParseResult parsed,
        Option<string[]> set,
        IEnumerable<KeyValuePair<string, string?>> own,
        params ReadOnlySpan<KeyValuePair<string, string>> directories
    )
    {
        var defaults = SettingsFile.Defaults();
        var file = SettingsFile.Own(parsed.GetValue(GlobalOptions.Config), defaults) ?? ConfigurationFactory.Empty;
        List<KeyValuePair<string, string>> given = [.. (parsed.GetValue(set) ?? []).Select(Split)];
        given.AddRange(
            from option in own
            where option.Value is not null
            select KeyValuePair.Create(option.Key, option.Value)
        );
        var settings = SettingsFile.Overlay(given, defaults).WithFallback(file);
        if (!Environment.IsPrivilegedProcess)
        {
            foreach (var (key, name) in directories)
            {
                if (!settings.HasPath(key))
                {
                    var directory = HoconQuote.Of(Path.Combine(DataDirectory.OfProcess(), name));
                    settings = settings.WithFallback(ConfigurationFactory.ParseString($"{key} = {directory}"));
                }
            }
        }
        return settings.WithFallback(defaults);
    }

    /// <summary>A directory as a HOCON value; null where none is given.</summary>
    public static string? Directory(string? given) => given is null ? null : HoconQuote.Of(Path.GetFullPath(given));

    /// <summary>An address to listen on as a HOCON value; null where none is given.</summary>
    public static string? Address(string? given) =>
        given is null ? null : HoconQuote.Of(ListenAddress.Parse(given).ToString());

    /// <summary>The settings for the store of a node, which is in the node's own directory.</summary>
    public static Config WithStoreRoot(Config config, string root) =>
        ConfigurationFactory.ParseString($"farm.store.root = {HoconQuote.Of(root)}").WithFallback(config);

    /// <summary>Reads settings; what is wrong with them is the user's to correct.</summary>
    /// <exception cref="CommandException">A setting is missing or out of range.</exception>
    public static T Read<T>(Config config, Func<Config, T> from)
    {
        try
        {
            return from(config);
        }
        catch (ArgumentException error)
        {
            throw new CommandException(error.Message, error);
        }
    }

    private static KeyValuePair<string, string> Split(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? KeyValuePair.Create(text[..at].Trim(), text[(at + 1)..])
            : throw new CommandException($"'{text}' sets nothing: write --set farm.worker.slots=4.");
    }
}
