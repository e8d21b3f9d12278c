namespace WCoRD.MLNet;

// The types' names are the field's own.
#pragma warning disable CA1720

/// <summary>The numbers that a frozen network computes with. Losses, transport, banks and everything that is trained stay in float32.</summary>
public enum Precision
{
    /// <summary>32-bit floating point: exactly what the network was trained with.</summary>
    Float32,

    /// <summary>
    /// bfloat16 in convolutions and linear layers, with their weights; float32 in batch norm's statistics. On processors that have it (AVX512-BF16, AMX) a teacher takes about half the time;
    /// its outputs change in the third digit.
    /// </summary>
    BFloat16,
}
