namespace WCoRD.MLNet;

/// <summary>SplitMix64: integers only, so the same on every machine and runtime.</summary>
internal sealed class SampleRandom(ulong seed, ulong stream)
{
    private ulong _state = Mix(seed + 0x9E3779B97F4A7C15UL) ^ Mix(stream ^ 0xD1B54A32D192ED03UL);

    /// <summary>A whole number in [0, bound).</summary>
    public int Below(int bound)
    {
        _state += 0x9E3779B97F4A7C15UL;
        return (int)(((Mix(_state) >> 32) * (ulong)bound) >> 32);
    }

    /// <summary>Shuffles in place.</summary>
    public int[] Shuffled(int[] values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }

        return values;
    }

    /// <summary>A number in [low, high), of 65,536 steps.</summary>
    public double Between(double low, double high) => low + ((high - low) * (Below(65536) / 65536.0));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
