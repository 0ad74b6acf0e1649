namespace Farm.Actors;

/// <summary>Marks messages whose loss is expected: undelivered, they are published as suppressed dead letters.</summary>
public interface IDeadLetterSuppression;
