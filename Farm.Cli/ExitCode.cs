namespace Farm.Cli;

/// <summary>What <c>farm</c> answers to the shell.</summary>
/// <remarks>100 and up are what Nix's build commands answer, so that scripts written for them go on to work.</remarks>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>Bad input, a coordinator that does not answer, or anything else that is not a failed build.</summary>
    public const int Refused = 1;

    public const int BuildFailed = 100;
    public const int BuildTimedOut = 101;
    public const int HashMismatch = 102;
    public const int NotDeterministic = 104;

    /// <summary>Stopped by the user (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
