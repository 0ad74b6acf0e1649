using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Farm.Cli.Commands;

/// <summary>The library's help, followed by the examples of the verb.</summary>
internal sealed class ExamplesHelpAction(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is FarmCommand { Examples: { Length: > 0 } examples })
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }
            output.WriteLine();
        }
        return code;
    }
}
