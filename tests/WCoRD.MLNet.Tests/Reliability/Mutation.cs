using System.Buffers.Binary;

namespace WCoRD.MLNet.Tests;

/// <summary>Damages files as disks, networks and enemies do: reproducibly, by the number of the mutant.</summary>
internal static class Mutation
{
    private static readonly ulong[] Extremes = [0, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1UL << 40, 1UL << 60, long.MaxValue, 1UL << 63, ulong.MaxValue];
    private static readonly byte[] Tokens = "{}[]\":,-+.eE0123456789\\/ \0\xFF"u8.ToArray();

    /// <summary>One to three changes of a file.</summary>
    public static byte[] Of(byte[] file, int number)
    {
        var random = new Random(number);
        byte[] mutant = file;
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes; i++)
        {
            mutant = Change(mutant, random);
        }

        return mutant;
    }

    private static byte[] Change(byte[] file, Random random)
    {
        if (file.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        // Half of all changes hit the beginning, where headers are.
        int at = random.Next(random.Next(2) == 0 ? Math.Min(file.Length, 256) : file.Length);
        byte[] copy = [.. file];
        switch (random.Next(8))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                copy[at] = (byte)random.Next(256);
                return copy;
            case 2:
                copy[at] = Tokens[random.Next(Tokens.Length)];
                return copy;
            case 3:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, Extremes[random.Next(Extremes.Length)]);
                if (random.Next(2) == 0)
                {
                    number.Reverse();
                }

                number[..Math.Min(8, file.Length - at)].CopyTo(copy.AsSpan(at));
                return copy;
            case 4:
                return file[..at];
            case 5:
                return [.. file[..at], .. file[(at + random.Next(Math.Min(64, file.Length - at)))..]];
            case 6:
                int length = random.Next(Math.Min(64, file.Length - at));
                return [.. file[..(at + length)], .. file[at..]];
            default:
                byte[] noise = new byte[random.Next(1, 32)];
                random.NextBytes(noise);
                return [.. file[..at], .. noise, .. file[at..]];
        }
    }
}
