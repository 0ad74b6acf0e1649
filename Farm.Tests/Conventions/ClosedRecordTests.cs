using System.Reflection;

namespace Farm.Tests.Conventions;

public sealed class ClosedRecordTests
{
    private static readonly string[] Assemblies =
    [
        "Farm.Store",
        "Farm.Derivations",
        "Farm.Protocol",
        "Farm.Worker",
        "Farm.Daemon",
        "Farm.Coordinator",
    ];

    /// <summary>
    /// A union is an abstract record whose cases are nested in it. A private constructor alone does not close it: the
    /// copy constructor is protected. So no case may stand outside.
    /// </summary>
    [Fact]
    public void Every_case_of_a_union_is_nested_in_it_and_sealed()
    {
        var types = Assemblies.SelectMany(name => Assembly.Load(name).GetTypes()).ToArray();
        var unions = types.Where(IsUnion).ToArray();
        Assert.NotEmpty(unions);
        Assert.Empty(
            from type in types
            where type.BaseType is { } parent && unions.Contains(parent) && !IsUnion(type)
            where type.DeclaringType != type.BaseType || !type.IsSealed
            select type.FullName
        );
    }

    private static bool IsUnion(Type type) =>
        type is { IsAbstract: true, IsClass: true, IsSealed: false }
        && type.GetMethod("<Clone>$") is not null
        && type.GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance)
            .Any(constructor => constructor.IsPrivate);
}
