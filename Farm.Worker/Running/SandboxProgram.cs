namespace Farm.Worker.Running;

/// <summary>Finds the program <c>farm-sandbox</c>.</summary>
public static class SandboxProgram
{
    /// <summary>Environment variable that names the program, before any other place.</summary>
    public const string Variable = "FARM_SANDBOX";

    private const string FileName = "farm-sandbox";

    /// <param name="setting">The path of the setting <c>farm.sandbox.program</c>; null or empty when not set.</param>
    /// <returns>The first that is named: by the variable, by the setting, else the one beside the running program.</returns>
    /// <exception cref="SandboxException">There is no such file.</exception>
    public static string Find(string? setting)
    {
        var path = Named(Environment.GetEnvironmentVariable(Variable)) ?? Named(setting);
        path ??= Path.Combine(AppContext.BaseDirectory, FileName);
        return File.Exists(path)
            ? Path.GetFullPath(path)
            : throw new SandboxException(
                $"The sandbox program '{path}' does not exist: install it there, or name it by {Variable} or farm.sandbox.program."
            );
    }

    private static string? Named(string? path) => string.IsNullOrEmpty(path) ? null : path;
}
