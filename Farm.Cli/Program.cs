using Farm.Cli;
using Farm.Cli.Terminals;

return await FarmProgram.RunAsync(args, FarmTerminal.OfProcess()).ConfigureAwait(false);
