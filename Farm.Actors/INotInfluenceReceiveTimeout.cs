namespace Farm.Actors;

/// <summary>Marks messages that do not restart the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;
