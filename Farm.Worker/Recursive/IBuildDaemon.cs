using System.Net.Sockets;
using Farm.Store.Paths;
using Farm.Worker.Execution;

namespace Farm.Worker.Recursive;

/// <summary>Serves Nix's daemon protocol to a builder: Nix's feature <c>recursive-nix</c>.</summary>
public interface IBuildDaemon
{
    /// <summary>Begins to serve.</summary>
    /// <param name="listening">A socket that listens, which only the builder reaches. It is not closed.</param>
    /// <param name="visible">What the builder sees of the store; grows as it adds and builds.</param>
    /// <param name="drvPath">What is being built.</param>
    /// <param name="parts">What it is built with; builds inside of it are made with the same.</param>
    /// <returns>Ends serving when it is disposed: then there is no connection, and no build inside.</returns>
    IAsyncDisposable Serve(Socket listening, VisiblePaths visible, StorePath drvPath, LocalBuildParts parts);
}
