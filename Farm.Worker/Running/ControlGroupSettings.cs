using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>How builds are limited and counted by control groups.</summary>
public sealed record ControlGroupSettings(ControlGroupMode Mode, ControlGroupLimits Limits)
{
    /// <summary>No groups.</summary>
    public static ControlGroupSettings Off { get; } = new(ControlGroupMode.Off, ControlGroupLimits.None);

    /// <summary>Reads <c>use-cgroups</c> and the limits below <c>farm.sandbox</c>.</summary>
    /// <exception cref="ConfigurationException">A value is malformed; the message names its key.</exception>
    public static ControlGroupSettings From(Config config) =>
        new(
            config.GetString($"{SandboxConfig.Section}.use-cgroups", "auto") switch
            {
                "auto" => ControlGroupMode.Auto,
                "on" or "true" or "yes" => ControlGroupMode.On,
                "off" or "false" or "no" => ControlGroupMode.Off,
                var other => throw Wrong("use-cgroups", other ?? "", "must be auto, on or off"),
            },
            new ControlGroupLimits(
                Bytes(config, "memory-high"),
                Bytes(config, "memory-max"),
                Weight(config, "cpu-weight"),
                Weight(config, "io-weight"),
                config.GetLong($"{SandboxConfig.Section}.max-processes") is > 0 and var most ? most : null
            )
        );

    private static long? Bytes(Config config, string key) =>
        config.GetByteSize($"{SandboxConfig.Section}.{key}") is > 0 and var bytes ? bytes : null;

    private static int? Weight(Config config, string key) =>
        config.GetInt($"{SandboxConfig.Section}.{key}") switch
        {
            0 => null,
            var weight and > 0 and <= 10_000 => weight,
            var other => throw Wrong(key, $"{other}", "must be between 1 and 10000, or 0 to leave it as it is"),
        };

    private static ConfigurationException Wrong(string key, string value, string rule) =>
        new($"{SandboxConfig.Section}.{key}: '{value}' {rule}.");
}
