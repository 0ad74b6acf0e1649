namespace Farm.Daemon.Configuration;

/// <summary>A configuration breaks a rule. The message is the sentence that Nix has for it.</summary>
public sealed class NixConfException(string message) : Exception(message);
