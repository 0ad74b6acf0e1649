namespace Farm.Actors.TestKit;

internal static class Placeholder;
