using Farm.Store;
using Microsoft.AspNetCore.Http;

namespace Farm.Http;

/// <summary>The one table from what a store refuses to the status that a client sees.</summary>
public static class StoreStatus
{
    public static int Of(StoreException refused) =>
        refused switch
        {
            StoreException.InvalidPath => StatusCodes.Status404NotFound,
            StoreException.MissingReference => StatusCodes.Status409Conflict,
            StoreException.InUse => StatusCodes.Status409Conflict,
            StoreException.OtherRealisation => StatusCodes.Status409Conflict,
            StoreException.Untrusted => StatusCodes.Status403Forbidden,
            StoreException.CorruptArchive => StatusCodes.Status422UnprocessableEntity,
            StoreException.HashMismatch => StatusCodes.Status422UnprocessableEntity,
            StoreException.WrongContentAddress => StatusCodes.Status422UnprocessableEntity,
            StoreException.InvalidDerivation => StatusCodes.Status422UnprocessableEntity,
            StoreException.ReferenceCycle => StatusCodes.Status422UnprocessableEntity,
            StoreException.UnsupportedFile => StatusCodes.Status422UnprocessableEntity,
            StoreException.NoSpace => StatusCodes.Status507InsufficientStorage,
            StoreException.Owned => StatusCodes.Status503ServiceUnavailable,
            StoreException.FileSystem => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
}
