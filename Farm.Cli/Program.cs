using Farm.Cli;
using Farm.Cli.Terminals;

return await FarmProgram
    .RunAsync(ProgramName.Arguments(ProgramName.OfProcess(), args), FarmTerminal.OfProcess())
    .ConfigureAwait(false);
