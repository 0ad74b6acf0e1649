using Farm.Cli.Terminals;

namespace Farm.Cli;

/// <summary>What every verb may use.</summary>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Clock">The time.</param>
public sealed record CommandServices(FarmTerminal Terminal, TimeProvider Clock);
