using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Farm.Cli.Commands;

/// <summary>The library's help, followed by flags and examples of the verb.</summary>
internal sealed class ExamplesHelpAction(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var verb = parseResult.CommandResult.Command as FarmCommand;
        // Else the library writes that more may be given, without what.
        if (verb is { Flags.Count: > 0 })
            verb.TreatUnmatchedTokensAsErrors = true;
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (verb is { Flags: { Count: > 0 } flags })
            Write(output, "Flags:", flags.SelectMany(flag => (string[])[flag.Usage, $"    {flag.Description}"]));
        if (verb is { Examples: { Length: > 0 } examples })
            Write(output, "Examples:", examples);
        return code;
    }

    private static void Write(TextWriter output, string heading, IEnumerable<string> lines)
    {
        output.WriteLine(heading);
        foreach (var line in lines)
        {
            output.WriteLine($"  {line}");
        }
        output.WriteLine();
    }
}
