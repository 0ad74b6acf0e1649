namespace Farm.Store.Compressing;

/// <summary>What one step of an <see cref="IByteCoder"/> did.</summary>
/// <param name="ConsumedBytes">Taken from the input.</param>
/// <param name="WrittenBytes">Given to the output.</param>
/// <param name="IsComplete">Whether all that was taken has been given, and the output may end here.</param>
internal readonly record struct CoderStep(int ConsumedBytes, int WrittenBytes, bool IsComplete);
