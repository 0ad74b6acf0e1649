namespace Farm.Cli;

/// <summary>What the program is called by decides what it is: under the names of Nix's own programs it takes their place.</summary>
public static class ProgramName
{
    /// <summary>The arguments as <c>farm</c> has them.</summary>
    /// <param name="name">How the program was called, with or without a directory.</param>
    /// <param name="arguments">The arguments without that.</param>
    public static string[] Arguments(string name, string[] arguments) =>
        name[(name.LastIndexOf('/') + 1)..] switch
        {
            "nix-daemon" => ["daemon", .. arguments],
            "nix-store" when arguments.Contains("--serve") => ["serve", .. arguments.Where(one => one != "--serve")],
            _ => arguments,
        };

    /// <summary>How this process was called.</summary>
    public static string OfProcess()
    {
        var line = File.ReadAllText("/proc/self/cmdline");
        return line.Split('\0', 2)[0];
    }
}
