using System.Collections.Immutable;
using Farm.Store.Derivations;
using Farm.Store.Hashing;

namespace Farm.Derivations.Making;

/// <summary>Reads attributes as Nix's <c>derivationStrict</c> reads them: which are variables, which mean something, and what is in their context.</summary>
internal sealed class AttributeReading
{
    private readonly HashAttributes _hash;
    private readonly bool _isStructured;
    private bool _isContentAddressed;
    private bool _isImpure;

    /// <exception cref="DerivationException">An attribute breaks a rule, which the message names.</exception>
    public AttributeReading(AttributeSet attributes, NixDialect dialect)
    {
        Name = NameOf(attributes);
        _hash = new HashAttributes(Name, dialect);
        _isStructured =
            attributes.TryGet("__structuredAttrs", out var structured) && Flag("__structuredAttrs", structured);
        var ignoresNulls = attributes.TryGet("__ignoreNulls", out var ignores) && Flag("__ignoreNulls", ignores);
        var env = ImmutableSortedDictionary.CreateBuilder<ByteString, ByteString>();
        var structuredAttributes = new List<KeyValuePair<string, NixValue>>();
        foreach (var (name, value) in attributes)
        {
            if (name == "__ignoreNulls" || (ignoresNulls && value.Term is NixTerm.Null))
                continue;
            if (name == "__contentAddressed")
                _isContentAddressed = Flag(name, value);
            else if (name == "__impure")
                _isImpure = Flag(name, value);
            else if (name == "args")
                ReadArgs(value);
            else if (!_isStructured)
                env.Add(NixText.Bytes(name, $"the name of an attribute of '{Name}'"), ReadVariable(name, value));
            else if (name != "__structuredAttrs")
                structuredAttributes.Add(KeyValuePair.Create(name, ReadStructured(name, value)));
        }
        if (_isStructured)
        {
            var json = JsonPrinter.Print(structuredAttributes, dialect);
            Context = Context.Union(json.Context);
            env[DerivationOptions.StructuredAttributesVariable] = NixText.Bytes(json.Text, Place("__json"));
        }
        Env = env.ToImmutable();
        Check();
        Addressing = _hash.Addressing(Outputs, _isContentAddressed, _isImpure);
    }

    public string Name { get; }

    public ImmutableArray<string> Outputs { get; private set; } = ["out"];

    public ByteString Platform { get; private set; }

    public ByteString Builder { get; private set; }

    public List<ByteString> Args { get; } = [];

    public ImmutableSortedDictionary<ByteString, ByteString> Env { get; }

    public StringContext Context { get; private set; } = StringContext.Empty;

    /// <summary>Null where outputs are addressed by inputs.</summary>
    public GivenAddressing? Addressing { get; }

    private static string NameOf(AttributeSet attributes)
    {
        if (!attributes.TryGet("name", out var value))
            throw new DerivationException("A derivation must have the attribute 'name'.");
        if (value.Term is not NixTerm.Text text)
            throw new DerivationException(
                $"The attribute 'name' of a derivation must be a text, not {value.Term.Shown}."
            );
        if (!text.Value.Context.IsEmpty)
        {
            throw new DerivationException(
                $"The name '{text.Value.Text}' of a derivation must not have a context, but has '{text.Value.Context}'; discard it with UnsafeDiscardContext()."
            );
        }
        return text.Value.Text;
    }

    private string Place(string name) => $"the attribute '{name}' of '{Name}'";

    private bool Flag(string name, NixValue value) =>
        value.Term is NixTerm.Boolean boolean
            ? boolean.Value
            : throw new DerivationException($"{Sentence(name)} must be true or false, not {value.Term.Shown}.");

    private string Sentence(string name) => $"The attribute '{name}' of '{Name}'";

    private void ReadArgs(NixValue value)
    {
        if (value.Term is not NixTerm.List list)
            throw new DerivationException($"{Sentence("args")} must be a list, not {value.Term.Shown}.");
        foreach (var item in list.Items)
            Args.Add(Taken(Coercion.ToVariable(item, Place("args")), "args"));
    }

    private ByteString Taken(NixString text, string name)
    {
        Context = Context.Union(text.Context);
        return NixText.Bytes(text.Text, Place(name));
    }

    private ByteString ReadVariable(string name, NixValue value)
    {
        if (name == "outputs")
            Outputs = OutputNames.Read(Name, value);
        var text = Coercion.ToVariable(value, Place(name));
        var bytes = Taken(text, name);
        if (name == "builder")
            Builder = bytes;
        else if (name == "system")
            Platform = bytes;
        else
            _hash.TryTake(name, text.Text);
        return bytes;
    }

    private NixValue ReadStructured(string name, NixValue value)
    {
        if (name == "outputs")
            Outputs = OutputNames.Read(Name, value);
        else if (name == "builder")
            Builder = Taken(PlainText(name, value), name);
        else if (name == "system")
            Platform = Taken(WithoutContext(name, value), name);
        else if (HashAttributes.IsOne(name))
            _hash.TryTake(name, WithoutContext(name, value).Text);
        return value;
    }

    private NixString PlainText(string name, NixValue value) =>
        value.Term is NixTerm.Text text
            ? text.Value
            : throw new DerivationException(
                $"{Sentence(name)} must be a text with structured attributes, not {value.Term.Shown}."
            );

    private NixString WithoutContext(string name, NixValue value) =>
        PlainText(name, value) is { Context.IsEmpty: true } text
            ? text
            : throw new DerivationException(
                $"{Sentence(name)} must not have a context with structured attributes; discard it with UnsafeDiscardContext()."
            );

    private void Check()
    {
        if (Builder.IsEmpty)
            throw new DerivationException($"The derivation '{Name}' must have the attribute 'builder'.");
        if (Platform.IsEmpty)
            throw new DerivationException($"The derivation '{Name}' must have the attribute 'system'.");
        // Nix writes it unescaped, so that it could not be read again.
        if (Platform.Span.IndexOfAny((byte)'"', (byte)'\\') >= 0)
            throw new DerivationException($"The system '{Platform}' of '{Name}' must have no quote and no backslash.");
        if (Name.EndsWith(".drv", StringComparison.Ordinal))
            throw new DerivationException($"The name '{Name}' of a derivation must not end in '.drv'.");
    }
}
