using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Farm.Cli.Nodes;

/// <summary>The nodes of a farm on one machine. Not compared by value.</summary>
/// <param name="Address">Where the coordinator will answer.</param>
/// <param name="Coordinator">The coordinator.</param>
/// <param name="Workers">The workers, which need its address.</param>
public sealed record FarmPlan(Uri Address, NodePlan Coordinator, ImmutableArray<NodePlan> Workers)
{
    /// <param name="program">How this program starts itself.</param>
    /// <param name="dataDirectory">Each node gets a directory of its own below it.</param>
    /// <param name="listen">Where the coordinator listens.</param>
    /// <param name="workers">How many workers.</param>
    /// <param name="slots">How many builds each runs at a time.</param>
    /// <param name="common">Arguments that every node gets.</param>
    public static FarmPlan Create(
        (string Program, ImmutableArray<string> Arguments) program,
        string dataDirectory,
        IPEndPoint listen,
        int workers,
        int slots,
        ImmutableArray<string> common
    )
    {
        var address = AddressOf(listen);
        return new FarmPlan(
            address,
            Node("coordinator", "coordinator", ["--listen", listen.ToString()]),
            [
                .. Enumerable
                    .Range(1, workers)
                    .Select(number =>
                        Node(
                            $"worker-{number}",
                            "worker",
                            [
                                "--name",
                                $"worker-{number}",
                                "--coordinator",
                                address.ToString(),
                                "--listen",
                                new IPEndPoint(ReachableFrom(listen), 0).ToString(),
                                "--slots",
                                slots.ToString(CultureInfo.InvariantCulture),
                            ]
                        )
                    ),
            ]
        );

        NodePlan Node(string name, string verb, ImmutableArray<string> own) =>
            new(
                name,
                program.Program,
                [
                    .. program.Arguments,
                    verb,
                    .. own,
                    "--data-dir",
                    Path.Combine(dataDirectory, name),
                    "--stop-with-input",
                    .. common,
                ]
            );
    }

    /// <summary>How a process on this machine reaches what listens there.</summary>
    public static Uri AddressOf(IPEndPoint listen) =>
        new($"http://{new IPEndPoint(ReachableFrom(listen), listen.Port)}/");

    private static IPAddress ReachableFrom(IPEndPoint listen) =>
        listen.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : listen.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : listen.Address;
}
