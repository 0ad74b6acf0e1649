using Cake.Core.IO;

namespace Cake.Farm;

/// <summary>A farm of this machine alone.</summary>
public sealed class FarmUpSettings : FarmSettings
{
    /// <summary>How many workers.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>How many builds each worker runs at a time; null for the processors divided by the workers.</summary>
    public int? Slots { get; set; }

    /// <summary>Where the nodes keep their stores; null for the program's own place.</summary>
    public DirectoryPath? DataDirectory { get; set; }

    /// <summary>Where the coordinator listens.</summary>
    public string Listen { get; set; } = "127.0.0.1:7410";

    /// <summary>Settings of the nodes, each as <c>key=value</c>, such as <c>farm.store.min-free=1GiB</c>.</summary>
    public IReadOnlyCollection<string> Set { get; set; } = [];

    /// <summary>How long the farm may take to be up.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(60);
}
