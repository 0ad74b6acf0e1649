namespace Farm.Actors.Event;

internal static class Placeholder;
