using Farm.Worker.Running;
using Microsoft.Extensions.Logging;

namespace Farm.Worker.Execution;

/// <summary>What a worker that was killed has left: the scratch directories of its builds.</summary>
public static class Leftovers
{
    /// <summary>Removes them. The caller owns the store, so that no build is under way in it.</summary>
    /// <param name="physicalStoreDir">Where the store lies on the host.</param>
    /// <exception cref="SandboxException">Something cannot be removed.</exception>
    public static async Task RemoveAsync(string physicalStoreDir, ILogger log, CancellationToken ct)
    {
        var count = 0;
        foreach (var directory in Directory.EnumerateDirectories(physicalStoreDir, "*.drv.chroot"))
        {
            await TreeRemoval.RemoveAsync(directory, ct).ConfigureAwait(false);
            count++;
        }

        if (count > 0)
            Log.LeftoversRemoved(log, count, physicalStoreDir);
    }
}
