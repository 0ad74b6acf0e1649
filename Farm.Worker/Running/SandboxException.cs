namespace Farm.Worker.Running;

/// <summary>The sandbox helper is missing, broke off, or answered what this version does not understand.</summary>
public sealed class SandboxException(string message, Exception? innerException = null)
    : Exception(message, innerException);
