namespace Farm.Cli.Terminals;

/// <summary>Where a verb writes, and what the other end can show.</summary>
/// <param name="Out">Results, for people or scripts.</param>
/// <param name="RawOut">The same place for bytes that are no text of ours.</param>
/// <param name="Error">Progress and complaints.</param>
/// <param name="IsLive">Progress may be redrawn in place.</param>
/// <param name="OutHasColour">Results may be coloured.</param>
/// <param name="ErrorHasColour">Progress and complaints may be coloured.</param>
public sealed record FarmTerminal(
    TextWriter Out,
    Stream RawOut,
    TextWriter Error,
    bool IsLive,
    bool OutHasColour,
    bool ErrorHasColour
)
{
    /// <summary>Bytes that are piped in.</summary>
    public Stream RawIn { get; init; } = Stream.Null;

    /// <summary>The terminal of this process: no colour where <c>NO_COLOR</c> is set to anything, or that is no terminal.</summary>
    public static FarmTerminal OfProcess()
    {
        var isCapable = Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var mayColour = isCapable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new FarmTerminal(
            Console.Out,
            Console.OpenStandardOutput(),
            Console.Error,
            IsLive: isCapable && !Console.IsErrorRedirected,
            OutHasColour: mayColour && !Console.IsOutputRedirected,
            ErrorHasColour: mayColour && !Console.IsErrorRedirected
        )
        {
            RawIn = Console.OpenStandardInput(),
        };
    }
}
