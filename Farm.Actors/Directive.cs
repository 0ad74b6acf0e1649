namespace Farm.Actors;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>Go on with the next message, state kept.</summary>
    Resume,

    /// <summary>Go on with the next message, in a new instance.</summary>
    Restart,

    /// <summary>Fail as well, with the same cause.</summary>
    Escalate,

    /// <summary>Stop the child.</summary>
    Stop,
}
