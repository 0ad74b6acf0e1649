using System.Globalization;

namespace Farm.Daemon.Building.Steps;

/// <summary>What the C library calls signals.</summary>
internal static class SignalNames
{
    public static string Of(int signal) =>
        signal switch
        {
            1 => "Hangup",
            2 => "Interrupt",
            3 => "Quit",
            4 => "Illegal instruction",
            5 => "Trace/breakpoint trap",
            6 => "Aborted",
            7 => "Bus error",
            8 => "Floating point exception",
            9 => "Killed",
            10 => "User defined signal 1",
            11 => "Segmentation fault",
            12 => "User defined signal 2",
            13 => "Broken pipe",
            14 => "Alarm clock",
            15 => "Terminated",
            24 => "CPU time limit exceeded",
            25 => "File size limit exceeded",
            31 => "Bad system call",
            _ => string.Create(CultureInfo.InvariantCulture, $"Signal {signal}"),
        };
}
