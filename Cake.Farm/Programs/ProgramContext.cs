using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.Farm.Programs;

/// <summary>What Cake's own program gives a script, made of the same parts. Packages are NuGet's to install here, not Cake's.</summary>
/// <param name="Cake">The context.</param>
/// <param name="Console">Where its log goes.</param>
/// <param name="Data">What the tasks share.</param>
internal sealed record ProgramContext(ICakeContext Cake, IConsole Console, ICakeDataService Data)
{
    private const string Option = "--";

    public static ProgramContext Of(IReadOnlyList<string> args)
    {
        var arguments = new CakeArguments(
            args.Where(argument => argument.StartsWith(Option, StringComparison.Ordinal))
                .Select(argument => argument[Option.Length..].Split('=', 2))
                .ToLookup(
                    parts => parts[0],
                    parts => parts.Length > 1 ? parts[1] : "true",
                    StringComparer.OrdinalIgnoreCase
                )
        );
        var environment = new CakeEnvironment(new CakePlatform(), new CakeRuntime());
        var console = new CakeConsole(environment);
        var verbosity = Enum.TryParse<Verbosity>(
            arguments.GetArguments("verbosity").LastOrDefault(),
            ignoreCase: true,
            out var named
        )
            ? named
            : Verbosity.Normal;
        var log = new CakeBuildLog(console, verbosity);
        var files = new FileSystem();
        var globber = new Globber(files, environment);
        var configuration = new CakeConfiguration(new Dictionary<string, string>());
        var strategy = new ToolResolutionStrategy(files, environment, globber, configuration, log);
        var tools = new ToolLocator(environment, new ToolRepository(environment), strategy);
        var runner = new ProcessRunner(files, environment, log, tools, configuration);
        var data = new CakeDataService();
        var installer = new ToolInstaller(environment, tools, configuration, log, []);
        var cake = new CakeContext(
            files,
            environment,
            globber,
            log,
            arguments,
            runner,
            new WindowsRegistry(),
            tools,
            data,
            configuration,
            installer,
            new NoServices()
        );
        return new ProgramContext(cake, console, data);
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
