using Farm.Sandbox.Inside;
using Farm.Sandbox.Linux;
using Farm.Sandbox.Specification;
using static Farm.Sandbox.Linux.Literal;

namespace Farm.Sandbox.Outside;

/// <summary>Where a build has its network from, and the next build too.</summary>
/// <param name="spare">A namespace made ahead; -1 for none. Nobody has been in it, and its loopback is up.</param>
/// <param name="offers">A socket to hand over one for another build; -1 for none.</param>
internal sealed unsafe class NetworkSource(int spare, int offers)
{
    /// <summary>What a sandbox of this plan enters instead of making one; -1 where it has another.</summary>
    public int For(Plan* plan, PreparedPaths* paths) => IsPrivate(plan, paths) ? spare : -1;

    /// <summary>Makes one for another build, while this process has nothing else to do. Where that fails, the other makes its own.</summary>
    public void Offer(Plan* plan, PreparedPaths* paths)
    {
        if (offers < 0 || !IsPrivate(plan, paths))
            return;
        var own = (int)OpenCurrent();
        if (own < 0)
            return;
        if (Kernel.Unshare(Flags.NewNetwork) >= 0)
        {
            if (Loopback.TryBringUp() >= 0 && (int)OpenCurrent() is >= 0 and var made)
            {
                DescriptorMessage.Send(offers, made, Flags.MessageNoWait | Flags.MessageNoSignal);
                Kernel.Close(made);
            }
            Kernel.EnterNamespace(own, Flags.NewNetwork);
        }
        Kernel.Close(own);
    }

    /// <summary>Without root the network is the user namespace's, which each sandbox has for itself.</summary>
    private static bool IsPrivate(Plan* plan, PreparedPaths* paths) =>
        paths->IsRootUser && (plan->Flags & (PlanFlags.KeepNetwork | PlanFlags.Unconfined)) == 0;

    private static nint OpenCurrent() => Kernel.Open(Of("/proc/self/ns/net"u8), Flags.CloseOnExec);
}
