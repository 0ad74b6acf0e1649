using System.CommandLine;
using Farm.Cli.Commands.Stores.Queries;
using Farm.Cli.Commands.Stores.Transfers;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store query</c>: what the database says of paths.</summary>
internal static class QueryCommand
{
    public static FarmCommand Create(StoreVerbs verbs)
    {
        Option<bool>[] questions = [.. StoreQuestions.All.Select(Asked)];
        var info = new Option<bool>("--info") { Description = "All that is recorded." };
        var binding = new Option<string?>("--binding", "-b")
        {
            Description = "An environment variable of the derivations, or of the derivers.",
            HelpName = "NAME",
        };
        var useOutput = new Option<bool>("--use-output", "-u") { Description = "Of derivations, mean the outputs." };
        var realise = new Option<bool>("--force-realise", "-f")
        {
            Description =
                "First fetch what is not there: outputs of the derivations, and other paths, from binary caches.",
        };
        var includeOutputs = new Option<bool>("--include-outputs")
        {
            Description = "With --requisites: also the valid outputs of derivations.",
        };
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Store paths, or links to them; with --hash-part, hash parts.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "query",
            "Tell what the store knows of paths; the lines of nix-store --query.",
            [
                "farm store query --requisites /nix/store/…-hello",
                "farm store query --tree ./result",
                "farm store query --graph --use-output ./hello.drv | dot -Tsvg > hello.svg",
                "farm store query --binding src /nix/store/…-hello.drv",
                "farm store query --hash-part 3ghsl9sd83mc26i81adpa2fzf3yw4f68",
                "farm store query --info --json /nix/store/…-hello | jq .[].narSize",
            ]
        )
        {
            paths,
        };
        foreach (var question in questions)
        {
            command.Add(question);
        }
        command.Add(binding);
        command.Add(info);
        command.Add(useOutput);
        command.Add(realise);
        command.Add(includeOutputs);
        command.Add(json);
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                var asked = questions.Where(parsed.GetValue).Append(info).Where(parsed.GetValue).ToArray();
                var name = parsed.GetValue(binding);
                if (asked.Length + (name is null ? 0 : 1) > 1)
                {
                    var all = questions.Append(info).Select(question => question.Name).Append(binding.Name);
                    throw new CommandException($"choose one of {string.Join(", ", all)}.");
                }
                var request = new QueryRequest(
                    store,
                    [.. parsed.GetRequiredValue(paths)],
                    parsed.GetValue(useOutput),
                    parsed.GetValue(includeOutputs)
                );
                if (parsed.GetValue(realise))
                {
                    await Fetching
                        .EnsureAsync(parsed, [.. request.Paths.SelectMany(request.Outputs)], store, verbs, ct)
                        .ConfigureAwait(false);
                }
                var isJson = parsed.GetValue(json);
                if (asked is [var only] && only == info)
                {
                    await InfosText.WriteAsync(verbs, request, isJson, ct).ConfigureAwait(false);
                    return;
                }
                var question = asked is [var one]
                    ? StoreQuestions.All[Array.IndexOf(questions, one)]
                    : StoreQuestions.Outputs;
                var answer = name is null ? question.Answer(request, ct) : EachAnswers.BindingsAsync(request, name, ct);
                Write(verbs, await answer.ConfigureAwait(false), isJson);
            }
        );
        return command;
    }

    private static Option<bool> Asked(StoreQuestion question) =>
        new(question.Name, question.Alias is { } alias ? [alias] : []) { Description = question.Description };

    private static void Write(StoreVerbs verbs, IEnumerable<string> lines, bool isJson)
    {
        if (isJson)
        {
            verbs.WriteJson([.. lines], CliJsonContext.Default.StringArray);
            return;
        }
        foreach (var line in lines)
        {
            verbs.Services.Terminal.Out.WriteLine(line);
        }
    }
}
