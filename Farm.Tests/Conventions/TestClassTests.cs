namespace Farm.Tests.Conventions;

public sealed class TestClassTests
{
    /// <summary>The test framework ends those by <see cref="IDisposable"/> and <see cref="IAsyncLifetime"/> only; what another one holds
    /// would stay.</summary>
    [Fact]
    public void A_class_of_tests_that_is_ended_asynchronously_is_ended_by_the_framework()
    {
        var tests = typeof(TestClassTests).Assembly.GetTypes().Where(type => type.GetMethods().Any(IsTest)).ToArray();

        Assert.NotEmpty(tests);
        Assert.DoesNotContain(
            tests,
            type => type.IsAssignableTo(typeof(IAsyncDisposable)) && !type.IsAssignableTo(typeof(IAsyncLifetime))
        );

        static bool IsTest(System.Reflection.MethodInfo method) =>
            method.IsDefined(typeof(FactAttribute), inherit: true);
    }
}
