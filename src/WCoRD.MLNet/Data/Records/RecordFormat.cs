namespace WCoRD.MLNet;

/// <summary>A file format, for messages.</summary>
/// <param name="Name">As in "not in NAME".</param>
/// <param name="Remedy">What to do about a damaged file.</param>
internal sealed record RecordFormat(string Name, string Remedy);
