using System.Diagnostics.CodeAnalysis;
using Farm.Actors.Configuration;

namespace Farm.Actors.TestKit;

/// <summary>The base of a test class: a system of its own, ended with the test; what a test tells has the test actor as its
/// sender.</summary>
[SuppressMessage("Naming", "CA1724", Justification = "Akka.NET names the class so.")]
public class TestKit : TestKitBase, IDisposable
{
    private readonly bool _ownsSystem;

    /// <param name="system">Null: one is made and ended with the test.</param>
    public TestKit(ActorSystem? system = null)
        : this(system ?? Make(ConfigurationFactory.Empty, null), system is null) { }

    public TestKit(Config config, string? actorSystemName = null)
        : this(Make(config, actorSystemName), true) { }

    /// <param name="config">HOCON.</param>
    public TestKit(string config)
        : this(ConfigurationFactory.ParseString(config)) { }

    private TestKit(ActorSystem system, bool ownsSystem)
        : base(system, null)
    {
        _ownsSystem = ownsSystem;
        SetImplicitSender();
    }

    /// <summary>Ends the system and waits for it.</summary>
    /// <exception cref="TimeoutException">It has not ended in time.</exception>
    public void Shutdown(ActorSystem? system = null, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var ended = (system ?? Sys).Terminate().WaitAsync(duration ?? TimeSpan.FromSeconds(5));
        try
        {
            ended.GetAwaiter().GetResult();
        }
        catch (TimeoutException) when (!verifySystemShutdown)
        {
            Sys.Log.Log(Event.LogLevel.WarningLevel, null, "{0}", "The test's system did not end within 5 seconds.");
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void AfterAll()
    {
        if (_ownsSystem)
            Shutdown();
    }

    protected virtual void Dispose(bool disposing) => AfterAll();

    private static ActorSystem Make(Config config, string? name)
    {
        var defaults = ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF");
        return ActorSystem.Create(name ?? "test", config.WithFallback(defaults));
    }
}
