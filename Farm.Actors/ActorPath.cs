namespace Farm.Actors;

/// <summary>Where an actor stands in the tree.</summary>
/// <remarks>Shape: <c>akka://system/user/parent/child</c>. Two incarnations of one name have equal paths and different
/// <see cref="Uid"/>s.</remarks>
public sealed class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    private const string ValidSymbols = "-_.*$+:@&=,!~';()";
    private readonly string _root;

    internal ActorPath(string systemName) => (_root, Parent, Name, Uid) = ($"akka://{systemName}", this, "/", 0);

    internal ActorPath(ActorPath parent, string name, long uid) =>
        (_root, Parent, Name, Uid) = (parent._root, parent, name, uid);

    /// <summary>The path above; the root is its own parent.</summary>
    public ActorPath Parent { get; }
    public string Name { get; }
    public long Uid { get; }

    /// <summary>The names from the root down, without the root.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new List<string>();
            for (var at = this; !ReferenceEquals(at, at.Parent); at = at.Parent)
                elements.Add(at.Name);
            elements.Reverse();
            return elements;
        }
    }

    /// <summary>Whether a child may be called so: letters, digits and <c>-_.*$+:@&amp;=,!~';()</c>, not <c>$</c> first.</summary>
    public static bool IsValidPathElement(string s) =>
        !string.IsNullOrEmpty(s)
        && s[0] != '$'
        && s.All(c => char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c, StringComparison.Ordinal));

    public string ToStringWithoutAddress() => "/" + string.Join('/', Elements);

    public string ToStringWithUid() => $"{this}#{Uid}";

    public override string ToString() => _root + ToStringWithoutAddress();

    public bool Equals(ActorPath? other) =>
        other is not null && string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    public static bool operator <(ActorPath left, ActorPath right) => left.CompareTo(right) < 0;

    public static bool operator <=(ActorPath left, ActorPath right) => left.CompareTo(right) <= 0;

    public static bool operator >(ActorPath left, ActorPath right) => left.CompareTo(right) > 0;

    public static bool operator >=(ActorPath left, ActorPath right) => left.CompareTo(right) >= 0;
}
