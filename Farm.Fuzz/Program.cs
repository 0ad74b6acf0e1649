using Farm.Fuzz.Engine;
using Farm.Fuzz.Running;
using Farm.Fuzz.Targets;

if (FuzzArguments.Parse(args) is not { } arguments)
{
    await Console.Error.WriteLineAsync(FuzzArguments.Usage);
    return 1;
}
var targets = new List<FuzzTarget>();
foreach (var name in arguments.Targets.Count == 0 ? AllTargets.Names : arguments.Targets)
{
    if (AllTargets.Find(name) is not { } target)
    {
        await Console.Error.WriteLineAsync(
            $"'{name}' is no target: give some of {string.Join(", ", AllTargets.Names)}, or leave it out for all."
        );
        return 1;
    }
    targets.Add(target);
}
if (arguments.Replay is { } file)
    return await TargetRun.ReplayAsync(targets[0], file);
if (arguments.IsChild)
    return await TargetRun.FuzzAsync(targets[0], arguments.Duration, arguments.Seed);
var exitCode = 0;
foreach (var target in targets)
    exitCode = Math.Max(exitCode, await WatchedRun.FuzzAsync(target, arguments));
return exitCode;
