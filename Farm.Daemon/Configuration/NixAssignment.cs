namespace Farm.Daemon.Configuration;

/// <summary>One line of a configuration that gives a setting a value.</summary>
/// <param name="Name">As written; it may be an alias, begin with <c>extra-</c>, or name nothing.</param>
/// <param name="Value">The words after the equals sign, one blank between any two; may be empty.</param>
public readonly record struct NixAssignment(string Name, string Value);
