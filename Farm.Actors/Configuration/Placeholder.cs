namespace Farm.Actors.Configuration;

internal static class Placeholder;
