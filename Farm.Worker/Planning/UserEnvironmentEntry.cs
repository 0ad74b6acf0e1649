namespace Farm.Worker.Planning;

/// <summary>A part of a user environment.</summary>
internal abstract class UserEnvironmentEntry
{
    private UserEnvironmentEntry() { }

    /// <summary>A symbolic link to a file or directory of a package.</summary>
    public sealed class Link(string target, int priority) : UserEnvironmentEntry
    {
        public string Target { get; } = target;

        public int Priority { get; } = priority;
    }

    /// <summary>A directory of its own, since several packages have files in it.</summary>
    public sealed class Directory : UserEnvironmentEntry
    {
        public SortedDictionary<string, UserEnvironmentEntry> Entries { get; } = new(StringComparer.Ordinal);
    }
}
