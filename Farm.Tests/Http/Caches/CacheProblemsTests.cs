using System.Reflection;
using Farm.Http.Caches;
using Farm.Store;

namespace Farm.Tests.Http.Caches;

public sealed class CacheProblemsTests
{
    [Fact]
    public void Every_problem_has_a_status_and_a_sentence()
    {
        var cases = typeof(CacheProblem).GetNestedTypes(BindingFlags.Public);
        Assert.NotEmpty(cases);
        foreach (var one in cases)
        {
            var (status, sentence) = CacheProblems.Of(Make(one));
            Assert.InRange(status, 400, 599);
            Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_failure_of_the_store_names_no_file_of_the_machine()
    {
        var failed = new StoreException.FileSystem("/srv/secret/place", "read", new IOException("no"));
        Assert.DoesNotContain(
            "/srv",
            CacheProblems.Of(new CacheProblem.Refused(failed)).Sentence,
            StringComparison.Ordinal
        );
    }

    private static CacheProblem Make(Type type)
    {
        var constructor = type.GetConstructors().Single(one => one.GetParameters().All(p => p.ParameterType != type));
        object[] arguments =
        [
            .. constructor
                .GetParameters()
                .Select(parameter =>
                    parameter.ParameterType == typeof(string) ? (object)"A sentence."
                    : parameter.ParameterType == typeof(int) ? 400
                    : parameter.ParameterType == typeof(long) ? 1L
                    : new StoreException.InvalidPath("x")
                ),
        ];
        return (CacheProblem)constructor.Invoke(arguments);
    }
}
