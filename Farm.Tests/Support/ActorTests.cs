namespace Farm.Tests.Support;

/// <summary>The base of tests with actors, which wait for what they expect for as long as a busy machine may take.</summary>
public abstract class ActorTests() : TestKit("akka.test.single-expect-default = 1m");
