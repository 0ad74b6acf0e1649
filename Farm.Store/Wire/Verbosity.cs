namespace Farm.Store.Wire;

/// <summary>How much is told, and how important a message is. The values are those of the wire. Source: Nix's <c>enum Verbosity</c>.</summary>
public enum Verbosity
{
    Error = 0,
    Warn = 1,
    Notice = 2,
    Info = 3,
    Talkative = 4,
    Chatty = 5,
    Debug = 6,
    Vomit = 7,
}
