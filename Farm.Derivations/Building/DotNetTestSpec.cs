namespace Farm.Derivations.Building;

/// <summary>Tests of .NET that are compiled, and are run without a network.</summary>
public sealed record DotNetTestSpec
{
    /// <summary>The name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>A directory with the tests and all that they need: an output of <see cref="DotNet.Build"/>, or a source.</summary>
    public required NixString Compiled { get; init; }

    /// <summary>The tests' file in that directory, such as <c>App.Tests/bin/Release/net10.0/App.Tests.dll</c>.</summary>
    public required string Assembly { get; init; }

    /// <inheritdoc cref="DotNetSpec.Tools"/>
    public required IReadOnlyList<Tool> Tools { get; init; }

    /// <summary>Which tests, as <c>dotnet test --filter</c> understands it; null for all.</summary>
    public string? Filter { get; init; }

    /// <summary>Further arguments of <c>dotnet test</c>; no white space in them.</summary>
    public IReadOnlyList<NixString> Arguments { get; init; } = [];

    /// <summary>More variables.</summary>
    public AttributeSet Attributes { get; init; } = [];
}
