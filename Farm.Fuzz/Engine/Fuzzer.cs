namespace Farm.Fuzz.Engine;

/// <summary>Tries inputs one after another, and keeps those that show something new for the next.</summary>
public sealed class Fuzzer
{
    private const int MaxFindings = 20;

    private readonly FuzzTarget _target;
    private readonly Mutator _mutator;
    private readonly InputCheck _check;
    private readonly List<byte[]> _pool = [];
    private readonly HashSet<string> _traits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Finding> _findings = new(StringComparer.Ordinal);

    public Fuzzer(FuzzTarget target, int seed)
    {
        var random = new Random(seed);
        (_target, _mutator, _check) = (target, new Mutator(target, random), new InputCheck(target));
        _pool.Add(target.Generate(random));
    }

    /// <summary>Inputs tried.</summary>
    public long Count { get; private set; }

    /// <summary>Different things that inputs have shown.</summary>
    public int TraitCount => _traits.Count;

    /// <summary>Inputs kept for mutation.</summary>
    public IReadOnlyList<byte[]> Pool => _pool;

    /// <summary>The first of each kind.</summary>
    public IReadOnlyCollection<Finding> Findings => _findings.Values;

    /// <summary>Is told each input before it is tried.</summary>
    public Action<byte[]>? OnInput { get; init; }

    /// <summary>Tries given inputs, such as a corpus.</summary>
    public async Task ReplayAsync(IEnumerable<byte[]> inputs)
    {
        foreach (var input in inputs)
            await TryAsync(input);
    }

    /// <summary>Tries inputs of its own making as long as wanted, or until there are too many findings.</summary>
    public async Task RunAsync(Func<bool> goesOn)
    {
        while (goesOn() && _findings.Count < MaxFindings)
            await TryAsync(_mutator.Next(_pool));
    }

    private async Task TryAsync(byte[] input)
    {
        OnInput?.Invoke(input);
        Count++;
        var traits = new List<string>();
        if (await _check.TryAsync(input, traits) is { } finding)
            _findings.TryAdd(finding.Kind, finding);
        var before = _traits.Count;
        _traits.UnionWith(traits);
        if (_traits.Count > before)
            _pool.Add(input);
    }

    /// <summary>What the target makes of inputs.</summary>
    public override string ToString() =>
        $"{_target.Name}: {Count} inputs, {TraitCount} traits, {Pool.Count} kept, {Findings.Count} findings";
}
