using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>The control groups of one build, one for each tree; gone when disposed, with all processes in them.</summary>
public sealed partial class ControlGroup : IAsyncDisposable
{
    /// <summary>How often it is tried at once: processes that are killed have ended by then, where the machine is not busy.</summary>
    private const int MostTries = 200;

    /// <summary>How often it is tried then, with pauses: ten seconds in all.</summary>
    private const int MostPauses = 1000;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly ImmutableArray<(string Directory, ControlGroupHierarchy Hierarchy)> _groups;

    private ControlGroup(ImmutableArray<(string, ControlGroupHierarchy)> groups) => _groups = groups;

    /// <summary>For <see cref="SandboxSpec.ControlGroups"/>.</summary>
    public ImmutableArray<string> Directories => [.. _groups.Select(group => group.Directory)];

    /// <exception cref="SandboxException">One cannot be made, or a limit not be set.</exception>
    internal static ControlGroup Make(
        ImmutableArray<ControlGroupHierarchy> hierarchies,
        string name,
        ControlGroupLimits limits
    )
    {
        var groups = new ControlGroup([
            .. hierarchies.Select(hierarchy => (Path.Combine(hierarchy.Directory, name), hierarchy)),
        ]);
        try
        {
            foreach (var (directory, hierarchy) in groups._groups)
            {
                Directory.CreateDirectory(directory);
                foreach (var (file, text) in ControlGroupFiles.Limits(hierarchy, limits))
                    Write(directory, file, text);
            }
            return groups;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            groups.RemoveEmpty();
            throw new SandboxException($"The control group '{name}' cannot be made: {refusal.Message}", refusal);
        }
    }

    /// <summary>Most memory that all processes together had; null where it is not counted.</summary>
    public long? PeakMemoryBytes() => Read("memory", ControlGroupFiles.PeakMemory);

    /// <summary>How many processes the kernel killed for the memory they used.</summary>
    public long MemoryKills() => Read("memory", ControlGroupFiles.MemoryKills) ?? 0;

    /// <exception cref="SandboxException">One cannot be removed.</exception>
    public async ValueTask DisposeAsync()
    {
        foreach (var (directory, _) in _groups)
        {
            var error = TryEnd(directory);
            for (var pauses = 0; error is not null && pauses < MostPauses; pauses++)
            {
                await Task.Delay(s_pause).ConfigureAwait(false);
                error = TryRemove(directory);
            }
            Check(error, directory);
        }
    }

    /// <summary>Removes them where no process has ever been in them.</summary>
    internal void RemoveEmpty()
    {
        foreach (var (directory, _) in _groups)
            Check(TryEnd(directory), directory);
    }

    internal static void Write(string group, string file, string text)
    {
        // No creation and no truncation: control files know neither.
        using var control = new FileStream(Path.Combine(group, file), FileMode.Open, FileAccess.Write);
        control.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }

    private long? Read(string controller, Func<bool, string, long?> read) =>
        _groups
            .Where(group => group.Hierarchy.Controllers.Contains(controller))
            .Select(group => read(group.Hierarchy.IsUnified, group.Directory))
            .FirstOrDefault();

    /// <summary>Ends what runs in it and removes it, without waiting for long.</summary>
    /// <returns>Why it is still there; null where it is not.</returns>
    internal static string? TryEnd(string directory)
    {
        var error = TryRemove(directory);
        for (var attempt = 1; error is not null && attempt < MostTries; attempt++)
        {
            Thread.Yield();
            error = TryRemove(directory);
        }
        return error;
    }

    /// <summary>Removes it, or has what is in it end.</summary>
    /// <returns>Why it is still there; null where it is not.</returns>
    private static string? TryRemove(string directory)
    {
        if (!Directory.Exists(directory) || RemoveDirectory(directory) == 0)
            return null;
        var error = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        Kill(directory);
        return error;
    }

    private static void Check(string? error, string directory)
    {
        if (error is not null)
            throw new SandboxException($"The control group '{directory}' cannot be removed: {error}");
    }

    /// <summary>All at once where the kernel can (version 2, Linux 5.14), else one after the other.</summary>
    private static void Kill(string directory)
    {
        if (File.Exists(Path.Combine(directory, "cgroup.kill")))
        {
            Write(directory, "cgroup.kill", "1");
            return;
        }
        foreach (var line in File.ReadLines(Path.Combine(directory, "cgroup.procs")))
        {
            if (int.TryParse(line, CultureInfo.InvariantCulture, out var process))
                HelperCalls.Kill(process);
        }
    }

    /// <summary>The kernel removes a group's files with it, which no other way of removing a directory does.</summary>
    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveDirectory(string path);
}
