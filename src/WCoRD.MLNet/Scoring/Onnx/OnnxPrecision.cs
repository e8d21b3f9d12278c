namespace WCoRD.MLNet;

// The types' names are the field's own.
#pragma warning disable CA1720

/// <summary>The numbers that an exported network computes with.</summary>
public enum OnnxPrecision
{
    /// <summary>float32, as it was trained.</summary>
    Float32,

    /// <summary>Whole numbers of eight bits, of ranges measured on rows: a quarter of the size, and faster.</summary>
    Int8,
}
