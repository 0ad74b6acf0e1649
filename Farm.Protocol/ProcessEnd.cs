using System.Text.Json.Serialization;

namespace Farm.Protocol;

/// <summary>How a builder process ended.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Exited), "exited")]
[JsonDerivedType(typeof(Signalled), "signalled")]
public abstract record ProcessEnd
{
    private ProcessEnd() { }

    /// <param name="Code">Exit code, 0 to 255.</param>
    public sealed record Exited(int Code) : ProcessEnd;

    /// <param name="Signal">Signal number.</param>
    public sealed record Signalled(int Signal) : ProcessEnd;

    public sealed override string ToString() =>
        this switch
        {
            Exited exited => $"exit code {exited.Code}",
            Signalled signalled => $"signal {signalled.Signal}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
