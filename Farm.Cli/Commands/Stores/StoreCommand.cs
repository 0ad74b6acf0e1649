using System.CommandLine;
using Farm.Cli.Commands.Stores.Collecting;
using Farm.Cli.Commands.Stores.Integrity;
using Farm.Cli.Commands.Stores.Keys;
using Farm.Cli.Commands.Stores.Optimising;
using Farm.Cli.Commands.Stores.Profiles;
using Farm.Cli.Commands.Stores.Transfers;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store</c>: the store of a node that is stopped.</summary>
internal static class StoreCommand
{
    public static Command Create(CommandServices services)
    {
        var verbs = new StoreVerbs(services);
        return new("store", "Work on the store of a node that is stopped.")
        {
            StoreVerbs.Root,
            AddCommand.Create(verbs),
            AddTextCommand.Create(verbs),
            AddNarCommand.Create(verbs),
            AddFixedCommand.Create(verbs),
            QueryCommand.Create(verbs),
            DuCommand.Create(verbs),
            WhyDependsCommand.Create(verbs),
            DiffClosuresCommand.Create(verbs),
            PingCommand.Create(verbs),
            PrintEnvCommand.Create(verbs),
            ReadLogCommand.Create(verbs),
            ListCommand.Create(verbs),
            CatCommand.Create(verbs),
            RootsCommand.Create(verbs),
            AddRootCommand.Create(verbs),
            DeleteRootCommand.Create(verbs),
            ProfileCommand.Create(verbs),
            DumpCommand.Create(verbs),
            RestoreCommand.Create(verbs),
            VerifyPathCommand.Create(verbs),
            VerifyCommand.Create(verbs),
            RepairCommand.Create(verbs),
            CheckCommand.Create(verbs),
            RealiseCommand.Create(verbs),
            CopyCommand.Create(verbs),
            ExportCommand.Create(verbs),
            ImportCommand.Create(verbs),
            DumpDatabaseCommand.Create(verbs),
            LoadDatabaseCommands.CreateLoad(verbs),
            LoadDatabaseCommands.CreateRegister(verbs),
            MakeContentAddressedCommand.Create(verbs),
            KeygenCommand.Create(services),
            PublicKeyCommand.Create(services),
            SignCommand.Create(verbs),
            CopySignaturesCommand.Create(verbs),
            GcCommand.Create(verbs),
            DeleteCommand.Create(verbs),
            OptimiseCommand.Create(verbs),
            SweepCommand.Create(verbs),
        };
    }
}
