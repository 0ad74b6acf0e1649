using Xunit;

namespace Greetings.Tests;

public sealed class GreetingTests
{
    [Theory]
    [InlineData("Ada")]
    [InlineData("Grace")]
    public void A_greeting_names_who_is_greeted(string name) => Assert.Equal($"Hello, {name}!", Greeting.For(name));
}
