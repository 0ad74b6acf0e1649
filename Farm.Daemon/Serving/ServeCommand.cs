namespace Farm.Daemon.Serving;

/// <summary>What a client of the serve protocol asks. The values are those of the wire. Source: Nix's <c>serve-protocol.hh</c>.</summary>
internal enum ServeCommand
{
    QueryValidPaths = 1,
    QueryPathInfos = 2,
    DumpStorePath = 3,
    ImportPaths = 4,
    ExportPaths = 5,
    BuildPaths = 6,
    QueryClosure = 7,
    BuildDerivation = 8,
    AddToStoreNar = 9,
}
