using System.CommandLine;
using Farm.Cli.Progress;
using Farm.Http;

namespace Farm.Cli.Commands.Stores;

/// <summary>What verbs have in common that may work on the store of a running node.</summary>
internal static class NodeAdmin
{
    public static Option<string?> Option() =>
        new("--node")
        {
            Description = "Ask the running node at this address instead of opening a store.",
            HelpName = "URL",
        };

    /// <summary>Asks the node.</summary>
    /// <exception cref="CommandException">The text is no address, or the node cannot be reached or refuses.</exception>
    public static async Task<T> AskAsync<T>(string address, Func<StoreAdminClient, Task<T>> ask)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            return await ask(new StoreAdminClient(http, ClientConnection.ParseAddress(address))).ConfigureAwait(false);
        }
        catch (HttpStoreException failure)
        {
            throw new CommandException(failure.Message, failure);
        }
    }

    public static WorkProgress Shown(NodeStep step) =>
        new(step.Phase, step.Phase == "sweeping" ? "links" : "paths", step.Done, step.Total, step.Bytes);
}
