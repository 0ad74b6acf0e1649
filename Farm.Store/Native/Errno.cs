using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Farm.Store.Native;

/// <summary>The kernel's error numbers that the store tells apart, and how the others become exceptions.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NotDirectory = 20;
    public const int InvalidArgument = 22;
    public const int NotTerminal = 25;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int TooManyLinks = 31;
    public const int NotImplemented = 38;
    public const int NoData = 61;
    public const int NotEmpty = 39;
    public const int SymlinkLoop = 40;
    public const int NotSupported = 95;
    public const int QuotaExceeded = 122;

    /// <summary>The error of the call made last on this thread, negated.</summary>
    public static int Last => -Marshal.GetLastPInvokeError();

    /// <summary>Throws where <paramref name="result"/> is a negated error number; else gives it back.</summary>
    public static int Check(int result, string operation, string file) =>
        result < 0 ? throw Exception(-result, operation, file) : result;

    public static StoreException Exception(int errorNumber, string operation, string file) =>
        errorNumber is NoSpace or QuotaExceeded
            ? new StoreException.NoSpace(file, new Win32Exception(errorNumber))
            : new StoreException.FileSystem(file, operation, new Win32Exception(errorNumber));
}
