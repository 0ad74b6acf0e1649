using System.Collections.Immutable;
using System.CommandLine;
using Farm.Daemon.Configuration;

namespace Farm.Cli.Commands;

/// <summary>A verb whose help ends with examples.</summary>
internal sealed class FarmCommand(string name, string description, ImmutableArray<string> examples)
    : Command(name, description)
{
    /// <summary>Whole command lines, each with what it does after two blanks and a hash.</summary>
    public ImmutableArray<string> Examples { get; } = examples;

    /// <summary>What the verb takes beside its options, and reads itself.</summary>
    public IReadOnlyList<DaemonFlag> Flags { get; set; } = [];
}
