using Cake.Core;
using Cake.Core.Scripting;
using Cake.Farm.Programs;

namespace Cake.Farm;

/// <summary>Cake in a C# program instead of a script: its tasks, and a context for all aliases.</summary>
/// <example>
/// <code>
/// #:package Cake.Farm@0.1.0
/// #:property PublishAot=false
/// return await CakeProgram.RunAsync(args, async cake =>
/// {
///     cake.Task("build").Does(context => context.FarmBuild("/nix/store/…-hello.drv"));
///     await cake.RunTargetAsync("build");
/// });
/// </code>
/// </example>
public sealed class CakeProgram : ScriptHost
{
    private readonly DefaultExecutionStrategy _strategy;
    private readonly CakeReportPrinter _printer;

    private CakeProgram(CakeEngine engine, ProgramContext context)
        : base(engine, context.Cake)
    {
        _printer = new CakeReportPrinter(context.Console, context.Cake);
        _strategy = new DefaultExecutionStrategy(context.Cake.Log, _printer);
    }

    /// <summary>Runs a script to its end. What fails is told in a sentence.</summary>
    /// <param name="args">The program's arguments: <c>--name=value</c> and <c>--name</c> for <c>Argument</c>; <c>--verbosity=</c> is Cake's own.</param>
    /// <param name="script">Adds tasks and runs one, or calls aliases with <see cref="ScriptHost.Context"/>.</param>
    /// <returns>The exit code: 0, that of the <see cref="CakeException"/>, or 1.</returns>
    public static async Task<int> RunAsync(string[] args, Func<CakeProgram, Task> script)
    {
        var context = ProgramContext.Of(args);
        try
        {
            var program = new CakeProgram(new CakeEngine(context.Data, context.Cake.Log), context);
            await script(program).ConfigureAwait(false);
            return 0;
        }
        catch (Exception error)
        {
            // What a task has thrown is inside of the report of the tasks.
            var cause = error;
            while (cause is AggregateException or CakeReportException && cause.InnerException is { } inner)
            {
                cause = inner;
            }
            context.Console.WriteErrorLine("Error: {0}", cause.Message);
            return cause is CakeException { ExitCode: not 0 } told ? told.ExitCode : 1;
        }
    }

    /// <inheritdoc/>
    public override Task<CakeReport> RunTargetAsync(string target)
    {
        Settings.SetTarget(target);
        return RunAsync();
    }

    /// <inheritdoc/>
    public override Task<CakeReport> RunTargetsAsync(IEnumerable<string> targets)
    {
        Settings.SetTargets(targets);
        return RunAsync();
    }

    private async Task<CakeReport> RunAsync()
    {
        var report = await Engine.RunTargetAsync(Context, _strategy, Settings).ConfigureAwait(false);
        if (report is { IsEmpty: false })
        {
            _printer.Write(report);
        }
        return report;
    }
}
