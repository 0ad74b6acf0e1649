namespace Farm.Actors;

internal static class Placeholder;
