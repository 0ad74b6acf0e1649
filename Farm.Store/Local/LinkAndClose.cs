using Farm.Store.Actors;
using Farm.Store.Native;

namespace Farm.Store.Local;

/// <summary>A <see cref="LinkFile"/> that closes the file at its end, still under the link's lock.</summary>
internal sealed record LinkAndClose(Stage Stage, LinkCandidate File) : IPathOperation<LinkOutcome>
{
    public async Task<LinkOutcome> RunAsync()
    {
        try
        {
            return await new LinkFile(Stage, File).RunAsync().ConfigureAwait(false);
        }
        finally
        {
            if (File.Descriptor >= 0)
                Syscalls.Close(File.Descriptor);
        }
    }
}
