using System.Text.Json;

namespace Farm.Protocol.Api.Reading;

/// <summary>Reads the value whose first token is the current one; ends on its last token.</summary>
internal delegate T ReadValue<T>(ref Utf8JsonReader reader)
    where T : class;
