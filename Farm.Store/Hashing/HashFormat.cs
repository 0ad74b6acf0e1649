namespace Farm.Store.Hashing;

/// <summary>How a hash is written.</summary>
public enum HashFormat
{
    /// <summary><c>sha256:</c> and lower-case hex.</summary>
    Base16,

    /// <summary><c>sha256:</c> and Nix's base-32.</summary>
    Nix32,

    /// <summary><c>sha256:</c> and padded base-64.</summary>
    Base64,

    /// <summary><c>sha256-</c> and padded base-64, as in Subresource Integrity.</summary>
    Sri,
}
