namespace WCoRD.MLNet;

/// <summary>A field of the records of one source; sources of one view have as many records each.</summary>
internal sealed record RecordColumn(RecordSource Source, RecordField Field);
