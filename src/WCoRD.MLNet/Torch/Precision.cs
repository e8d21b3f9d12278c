namespace WCoRD.MLNet;

// The types' names are the field's own.
#pragma warning disable CA1720

/// <summary>
/// The numbers that networks compute with. Losses, transport, banks, batch norm's statistics and the weights that are trained stay in
/// float32 whatever is chosen.
/// </summary>
public enum Precision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>
    /// bfloat16 in convolutions and linear layers: eight bits of precision, about half of the time on processors that have it (AVX512-BF16,
    /// AMX).
    /// The weights themselves are kept, updated and saved in float32.
    /// </summary>
    BFloat16,

    /// <summary>
    /// <see cref="BFloat16"/> where the processor has it and a measurement before the training says that it is faster, else
    /// <see cref="Float32"/>; the log says which.
    /// Another machine may choose otherwise. A resumed training keeps what was chosen.
    /// </summary>
    Auto,
}
