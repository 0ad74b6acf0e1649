using System.Text.RegularExpressions;

namespace Farm.Tests.Conventions;

public sealed partial class SourceFileTests
{
    private const int MostLines = 400;

    [Fact]
    public void There_are_source_files_to_look_at() => Assert.True(SourceTree.Files.Count > 20);

    [Fact]
    public void No_file_is_longer_than_the_limit()
    {
        string[] tooLong = [.. SourceTree.Files.Where(file => SourceTree.Lines(file).Length > MostLines)];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_file_has_regions_or_unfinished_marks() => Assert.Empty(LinesThatMatch(UnfinishedMark()));

    /// <summary>The engine reads tasks that have ended, and its test kit blocks because Akka.NET's does. A script waits in one place.</summary>
    [Fact]
    public void No_file_outside_the_actor_engine_blocks_a_thread() =>
        Assert.Empty(
            LinesThatMatch(Blocking(), file => OutsideTheEngine(file) && file != "Cake.Farm/Running/ScriptWait.cs")
        );

    /// <summary>Those of the framework read files of the working directory and watch all below it; tests and benchmarks end soon.</summary>
    [Fact]
    public void No_node_makes_a_web_server_but_in_one_place() =>
        Assert.Empty(LinesThatMatch(MakesWebServer(), file => IsOfNodes(file) && file != "Farm.Http/NodeWebServer.cs"));

    private static bool IsOfNodes(string file) =>
        !file.StartsWith("Farm.Tests/", StringComparison.Ordinal)
        && !file.StartsWith("Farm.Benchmarks/", StringComparison.Ordinal);

    [Fact]
    public void No_file_names_the_namespace_of_an_actor_engine() =>
        Assert.Empty(LinesThatMatch(EngineUsing(), OutsideTheEngine));

    private static bool OutsideTheEngine(string file) => !file.StartsWith("Farm.Actors/", StringComparison.Ordinal);

    [Fact]
    public void Every_namespace_is_the_folder_of_its_file() =>
        Assert.Empty(
            from file in SourceTree.Files
            let declared = SourceTree
                .Lines(file)
                .Select(line => NamespaceLine().Match(line))
                .FirstOrDefault(match => match.Success)
            where declared is not null
            let folder = Path.GetDirectoryName(file)!.Replace('/', '.')
            where declared.Groups[1].Value != folder
            select $"{file}: namespace {declared.Groups[1].Value}"
        );

    [Fact]
    public void No_file_or_folder_has_a_name_that_says_nothing()
    {
        string[] vague = [.. SourceTree.Files.Where(file => SaysNothing().IsMatch(file))];
        Assert.Empty(vague);
    }

    private static IEnumerable<string> LinesThatMatch(Regex pattern, Func<string, bool>? files = null) =>
        from file in SourceTree.Files
        where file != "Farm.Tests/Conventions/SourceFileTests.cs" && (files is null || files(file))
        from line in SourceTree.Lines(file).Index()
        where pattern.IsMatch(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"^\s*#region|\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"Thread\.Sleep\(|\.GetAwaiter\(\)\.GetResult\(\)|\basync void\b|\.Wait\(\)")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\bWebApplication\.Create|\bHost\.Create|\bnew WebHostBuilder\b")]
    private static partial Regex MakesWebServer();

    [GeneratedRegex(@"^using\s+(static\s+)?(Akka|Farm\.Actors)\b")]
    private static partial Regex EngineUsing();

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"(Utils?|Helpers?|Manager|Misc)(\.cs$|/)")]
    private static partial Regex SaysNothing();
}
