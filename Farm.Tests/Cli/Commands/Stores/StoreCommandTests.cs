using System.Text;
using System.Text.Json;
using Farm.Cli;
using Farm.Cli.Terminals;
using Farm.Tests.Support;

namespace Farm.Tests.Cli.Commands.Stores;

/// <summary>The verbs on a real store, through the whole program; with real Nix as judge where it has the verb.</summary>
public sealed class StoreCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _root;

    public StoreCommandTests() => _root = Directory.CreateDirectory(_directory.File("root")).FullName;

    [RequiresNixFact]
    public async Task Queries_answer_what_nix_store_answers()
    {
        var library = await AddTextAsync("library", "a");
        var program = await AddTextAsync("program", "b", library);
        var other = await AddTextAsync("other", "c", library, program);

        await AgreesAsync("--references", other);
        await AgreesAsync("--references", library);
        await AgreesAsync("--referrers", library);
        await AgreesAsync("--requisites", other);
        await AgreesAsync("--requisites", program, library);
        await AgreesAsync("--deriver", other);
    }

    [RequiresNixFact]
    public async Task Files_are_added_where_nix_store_would_add_them()
    {
        Tree("tree");
        using var nix = new RealNix();
        foreach (
            var (arguments, program) in new[]
            {
                (Array.Empty<string>(), new[] { "--add", _directory.File("tree") }),
                ([_directory.File("tree/file")], ["--add", _directory.File("tree"), _directory.File("tree/file")]),
                (["--algorithm", "sha1"], ["--add-fixed", "--recursive", "sha1", _directory.File("tree")]),
            }
        )
        {
            var added = await DoneAsync(["add", _directory.File("tree"), .. arguments]);
            Assert.Equal(await nix.RunAsync("nix-store", program, default), added);
        }
        var flat = await DoneAsync("add", _directory.File("tree/file"), "--flat", "--algorithm", "sha512");
        string[] fixedFlat = ["--add-fixed", "sha512", _directory.File("tree/file")];
        Assert.Equal(await nix.RunAsync("nix-store", fixedFlat, default), flat);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("add-fixed", "sha256", "--recursive")]
    public async Task Where_one_of_several_files_is_not_there_none_is_added(params string[] verb)
    {
        Tree("tree");
        Refused(await RunAsync([.. verb, _directory.File("tree"), _directory.File("absent")]), "absent' is not there.");
        Assert.False(
            Directory.Exists($"{_root}/nix/store")
                && Directory.EnumerateDirectories($"{_root}/nix/store", "*-tree").Any()
        );
    }

    [Fact]
    public async Task Several_files_have_one_line_each_and_no_common_name()
    {
        Tree("tree");
        string[] files = [_directory.File("tree/file"), _directory.File("tree/bin/run")];
        Refused(await RunAsync(["add", .. files, "--name", "x"]), "'--name' names one path, and 2 are given");
        var plain = (await DoneAsync(["add", .. files])).TrimEnd('\n').Split('\n');
        var infos = Json(await DoneAsync(["add", .. files, "--json"])).EnumerateArray();
        Assert.Equal(plain, infos.Select(info => info.GetProperty("path").GetString()));
    }

    [RequiresNixFact]
    public async Task What_is_dumped_is_what_nix_store_dumps_and_restores()
    {
        Tree("tree");
        var path = (await DoneAsync("add", _directory.File("tree"))).Trim();
        var nar = (await RunAsync(["dump", path])).Bytes;

        using var nix = RealNix.OnStoreAt(_root);
        // The program's words are read as text, so the tree has none but ASCII in it.
        Assert.Equal(await nix.RunAsync("nix-store", ["--dump", _root + path], default), Encoding.UTF8.GetString(nar));

        Assert.Equal(0, (await RunAsync(["restore", _directory.File("again")], nar)).Code);
        Assert.Equal(
            Encoding.UTF8.GetString(nar),
            await nix.RunAsync("nix-store", ["--dump", _directory.File("again")], default)
        );
    }

    [Fact]
    public async Task An_archive_gets_the_path_that_its_files_get()
    {
        Tree("tree");
        var path = await DoneAsync("add", _directory.File("tree"));
        var nar = (await RunAsync(["dump", path.Trim()])).Bytes;
        var elsewhere = Directory.CreateDirectory(_directory.File("elsewhere")).FullName;
        var added = await RunAsync(["add-nar", "--name", "tree", "--store", elsewhere], nar);
        Assert.Equal(path, added.Out);
        Assert.Equal(nar, (await RunAsync(["dump", path.Trim(), "--store", elsewhere])).Bytes);
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_is_one_sentence_and_leaves_nothing()
    {
        Tree("tree");
        var path = (await DoneAsync("add", _directory.File("tree"))).Trim();
        var nar = (await RunAsync(["dump", path])).Bytes;
        var before = Directory.GetFileSystemEntries(_root + "/nix/store").Order();

        Refused(await RunAsync(["add-nar", "--name", "half"], nar[..^40]), "the archive is cut off");
        Refused(await RunAsync(["restore", _directory.File("half")], nar[..^40]), "the archive is cut off");

        Assert.Equal(before, Directory.GetFileSystemEntries(_root + "/nix/store").Order());
        Assert.Equal(
            ["root", "tree"],
            Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task Bytes_that_are_no_archive_are_refused() =>
        Refused(await RunAsync(["add-nar", "--name", "x"], "no archive at all, but long enough"u8.ToArray()), "NAR");

    [Fact]
    public async Task Restoring_over_something_is_refused()
    {
        Tree("tree");
        Refused(await RunAsync(["restore", _directory.File("tree")], []), "it is there already");
        Assert.True(File.Exists(_directory.File("tree/file")));
    }

    [Theory]
    [InlineData("query", "--references")]
    [InlineData("query", "--info")]
    [InlineData("query", "--requisites")]
    [InlineData("dump")]
    [InlineData("ls")]
    [InlineData("cat")]
    [InlineData("verify-path")]
    [InlineData("delete")]
    public async Task An_unknown_path_is_refused_by_every_verb(params string[] verb)
    {
        await AddTextAsync("any", "a");
        const string unknown = "/nix/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-x";
        Refused(await RunAsync([.. verb, unknown]), $"The path '{unknown}' is not valid in this store.");
    }

    [Fact]
    public async Task Another_store_directory_is_named()
    {
        await AddTextAsync("any", "a");
        Refused(
            await RunAsync(["dump", "/gnu/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-x"]),
            "it must be directly in '/nix/store'"
        );
    }

    [Fact]
    public async Task Asking_where_there_is_no_store_makes_none()
    {
        Refused(await RunAsync(["dump", "/nix/store/3ghsl9sd83mc26i81adpa2fzf3yw4f68-x"]), "There is no store below");
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public async Task A_directory_is_listed_and_a_file_shown()
    {
        Tree("tree");
        var path = (await DoneAsync("add", _directory.File("tree"))).Trim();
        Assert.Equal("./bin\n./file\n./link\n./out\n", await DoneAsync("ls", path));
        Assert.Equal("words", Encoding.UTF8.GetString((await RunAsync(["cat", path + "/file"])).Bytes));
        Assert.Equal("run!", Encoding.UTF8.GetString((await RunAsync(["cat", _root + path + "/bin/run"])).Bytes));
    }

    [Theory]
    [InlineData("/link", "is a symbolic link to 'file', which is not followed")]
    [InlineData("/out/etc/passwd", "is behind 'out', a symbolic link to '/', which is not followed")]
    [InlineData("/../../../etc/passwd", "none of '.' and '..'")]
    [InlineData("/bin", "is a directory")]
    [InlineData("/absent", "No such file")]
    public async Task Nothing_outside_of_the_object_is_shown(string inside, string reason)
    {
        Tree("tree");
        var path = (await DoneAsync("add", _directory.File("tree"))).Trim();
        Refused(await RunAsync(["cat", path + inside]), reason);
    }

    [Fact]
    public async Task Changed_contents_are_told()
    {
        var path = await AddTextAsync("text", "good");
        Assert.Equal("", await DoneAsync("verify-path", path));
        var file = _root + path;
        using (var chattr = System.Diagnostics.Process.Start("chattr", ["-f", "-i", file]))
            await chattr.WaitForExitAsync();
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "evil");
        Refused(await RunAsync(["verify-path", path]), $"'{path}' has changed: recorded sha256:");
        var json = await RunAsync(["verify-path", "--json", path]);
        Assert.Equal(ExitCode.Refused, json.Code);
        Assert.False(JsonDocument.Parse(json.Out).RootElement[0].GetProperty("isIntact").GetBoolean());
    }

    [Fact]
    public async Task A_path_is_deleted_only_when_nothing_needs_it()
    {
        var library = await AddTextAsync("library", "a");
        var program = await AddTextAsync("program", "b", library);
        Refused(
            await RunAsync(["delete", library]),
            $"The path '{library}' cannot be deleted because it is in use by '{program}'."
        );
        var link = _directory.File("result");
        File.CreateSymbolicLink(link, _root + program);
        Directory.CreateDirectory(_root + "/nix/var/nix/gcroots/auto");
        File.CreateSymbolicLink(_root + "/nix/var/nix/gcroots/auto/x", link);
        Refused(await RunAsync(["delete", program]), $"is in use by '{link}'");
        File.Delete(link);
        Assert.Equal($"{program}\n{library}\n", await DoneAsync("delete", library, program));
        Assert.False(File.Exists(_root + library));
        await DoneAsync("sweep");
        Assert.Empty(Directory.GetFileSystemEntries(_root + "/nix/store/.links"));
    }

    [Fact]
    public async Task Json_is_one_document_of_each_verb()
    {
        Tree("tree");
        var info = Json(await DoneAsync("add", _directory.File("tree"), "--json"))[0];
        var path = info.GetProperty("path").GetString()!;
        Assert.StartsWith("sha256-", info.GetProperty("narHash").GetString(), StringComparison.Ordinal);
        var text = Json(await DoneAsync("add-text", "x", _directory.File("tree/file"), "--json", "--reference", path));
        Assert.Equal(path, text.GetProperty("references")[0].GetString());
        Assert.Equal(path, Json(await DoneAsync("query", "--info", "--json", path))[0].GetProperty("path").GetString());
        var user = text.GetProperty("path").GetString()!;
        Assert.Equal([path], Strings(await DoneAsync("query", "--references", "--json", user)));
        Assert.Equal([path], Strings(await DoneAsync("query", "--hash-part", "--json", path[11..43])));
        Assert.Equal("directory", Json(await DoneAsync("ls", "--json", path)).GetProperty("type").GetString());
        Assert.True(Json(await DoneAsync("verify-path", "--json", path))[0].GetProperty("isIntact").GetBoolean());
        Assert.Equal([user], Strings(await DoneAsync("delete", "--json", user)));
        Assert.Equal(0, Json(await DoneAsync("optimise", "--json")).GetProperty("filesLinked").GetInt64());
        Assert.True(Json(await DoneAsync("optimise", "--stats", "--json")).GetProperty("files").GetInt64() > 0);
        Assert.True(Json(await DoneAsync("sweep", "--json")).GetProperty("freedBytes").GetInt64() >= 0);
    }

    [Fact]
    public async Task Two_questions_at_once_are_refused()
    {
        var path = await AddTextAsync("text", "a");
        Refused(await RunAsync(["query", "--references", "--referrers", path]), "choose one of --outputs");
    }

    [Theory]
    [InlineData("add")]
    [InlineData("add-text")]
    [InlineData("add-nar")]
    [InlineData("query")]
    [InlineData("ls")]
    [InlineData("cat")]
    [InlineData("dump")]
    [InlineData("restore")]
    [InlineData("verify-path")]
    [InlineData("delete")]
    [InlineData("sweep")]
    [InlineData("optimise")]
    [InlineData("add-fixed")]
    [InlineData("du")]
    [InlineData("why-depends")]
    [InlineData("diff-closures")]
    [InlineData("ping")]
    [InlineData("print-env")]
    [InlineData("read-log")]
    [InlineData("roots")]
    [InlineData("add-root")]
    [InlineData("delete-root")]
    [InlineData("profile", "list")]
    [InlineData("profile", "set")]
    [InlineData("profile", "rollback")]
    [InlineData("profile", "delete-generations")]
    [InlineData("profile", "wipe-history")]
    public async Task Help_of_each_verb_has_an_example(params string[] verb)
    {
        var help = await RunAsync([.. verb, "--help"]);
        Assert.Contains("Examples:\n  ", help.Out, StringComparison.Ordinal);
        Assert.Contains($"farm store {string.Join(' ', verb)}", help.Out, StringComparison.Ordinal);
        Assert.Contains("--store <ROOT>", help.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static IEnumerable<string?> Strings(string text) =>
        Json(text).EnumerateArray().Select(one => one.GetString());

    private static void Refused(Answer answer, string reason)
    {
        Assert.Equal(ExitCode.Refused, answer.Code);
        var line = Assert.Single(answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("farm: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    private void Tree(string name)
    {
        Directory.CreateDirectory(_directory.File($"{name}/bin"));
        File.WriteAllText(_directory.File($"{name}/file"), "words");
        File.WriteAllText(_directory.File($"{name}/bin/run"), "run!");
        File.SetUnixFileMode(_directory.File($"{name}/bin/run"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(_directory.File($"{name}/link"), "file");
        File.CreateSymbolicLink(_directory.File($"{name}/out"), "/");
    }

    private async Task<string> AddTextAsync(string name, string text, params string[] references)
    {
        string[] arguments = ["add-text", name, .. references.SelectMany(path => new[] { "--reference", path })];
        var added = await RunAsync(arguments, Encoding.UTF8.GetBytes(text));
        Assert.Equal("", added.Error);
        return added.Out.Trim();
    }

    private async Task AgreesAsync(string question, params string[] paths)
    {
        using var nix = RealNix.OnStoreAt(_root);
        var theirs = await nix.RunAsync("nix-store", ["--query", question, .. paths], default);
        var ours = await DoneAsync(["query", question, .. paths]);
        Assert.Equal(theirs.Split('\n').Order(StringComparer.Ordinal), ours.Split('\n').Order(StringComparer.Ordinal));
    }

    private async Task<string> DoneAsync(params string[] arguments)
    {
        var answer = await RunAsync(arguments);
        Assert.Equal("", answer.Error);
        Assert.Equal(ExitCode.Done, answer.Code);
        return answer.Out;
    }

    private async Task<Answer> RunAsync(string[] arguments, byte[]? input = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var raw = new MemoryStream();
        var terminal = new FarmTerminal(output, raw, error, IsLive: false, OutHasColour: false, ErrorHasColour: false)
        {
            RawIn = new MemoryStream(input ?? []),
        };
        string[] store = arguments.Contains("--store") ? [] : ["--store", _root];
        var code = await FarmProgram.RunAsync(["store", .. arguments, .. store], terminal);
        return new Answer(code, $"{output}", $"{error}", raw.ToArray());
    }

    private sealed record Answer(int Code, string Out, string Error, byte[] Bytes);
}
