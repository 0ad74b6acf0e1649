namespace Farm.Actors.Cells;

/// <summary>The children of an actor by name. Thread-safe: a system makes actors from any thread.</summary>
internal sealed class Children
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
    private readonly Dictionary<string, ChildStats> _byName = new(StringComparer.Ordinal);
    private long _drawn;
    private bool _isClosed;

    public IReadOnlyList<ChildStats> All
    {
        get
        {
            lock (_byName)
                return [.. _byName.Values];
        }
    }

    public bool IsAnyStopping
    {
        get
        {
            lock (_byName)
                return _byName.Values.Any(child => child.IsStopping);
        }
    }

    /// <summary>Makes a child under a name that no living child has.</summary>
    /// <exception cref="InvalidActorNameException">The name is malformed or taken.</exception>
    /// <exception cref="InvalidOperationException">The parent is stopping.</exception>
    public LocalActorRef Add(IInternalActorRef parent, Props props, string? name)
    {
        if (name is not null && !ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException(
                $"'{name}' is no actor name: use letters, digits and -_.*$+:@&=,!~';(), at least one, and not $ first."
            );
        lock (_byName)
        {
            if (_isClosed)
                throw new InvalidOperationException(
                    $"{parent.Path} cannot create children while terminating or terminated."
                );
            name ??= Draw();
            if (_byName.ContainsKey(name))
                throw new InvalidActorNameException(
                    $"Actor name \"{name}\" is not unique: {parent.Path} has a living child called so."
                );
            var path = new ActorPath(parent.Path, name, parent.System.NextUid());
            var child = new LocalActorRef(parent.System, props, parent, path);
            _byName.Add(name, new ChildStats(child));
            child.SendSystem(new SystemMessage.Create());
            return child;
        }
    }

    public ChildStats? Find(string name)
    {
        lock (_byName)
            return _byName.GetValueOrDefault(name);
    }

    public ChildStats? Find(IActorRef child) =>
        Find(child.Path.Name) is { } stats && ReferenceEquals(stats.Child, child) ? stats : null;

    /// <returns>False when this is no child.</returns>
    public bool Remove(IActorRef child)
    {
        lock (_byName)
            return Find(child) is not null && _byName.Remove(child.Path.Name);
    }

    /// <summary>Refuses further children, for good.</summary>
    public void Close()
    {
        lock (_byName)
            _isClosed = true;
    }

    private string Draw()
    {
        var name = "$";
        var left = _drawn++;
        do
        {
            name += Digits[(int)(left & 63)];
            left >>= 6;
        } while (left > 0);
        return name;
    }
}
