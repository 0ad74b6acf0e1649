namespace Cake.Farm.Running;

/// <summary>Waits for a work's end where a script wants its answer before its next line. Everything else here goes on without a thread that waits.</summary>
internal static class ScriptWait
{
    public static T For<T>(Task<T> work) => work.GetAwaiter().GetResult();

    public static void For(Task work) => work.GetAwaiter().GetResult();
}
