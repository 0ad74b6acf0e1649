namespace Farm.Sandbox.Outside;

/// <summary>The sandbox could not be made: the host lacks something, or the specification names what is not there.
/// </summary>
internal sealed class SetupException : Exception
{
    public SetupException(string what, nint error)
        : base($"{what}: {ErrorText.Of(error)}") { }

    /// <summary>Throws when <paramref name="result"/> is a negative errno.</summary>
    public static nint Check(nint result, string what) => result < 0 ? throw new SetupException(what, result) : result;
}
