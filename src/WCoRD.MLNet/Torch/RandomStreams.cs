using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>
/// Derives every random stream of a training from one seed, each by its purpose, epoch and step, so that no stream depends on how much
/// another has drawn.
/// </summary>
internal sealed class RandomStreams(int seed)
{
    public int Seed { get; } = seed;

    public Random Managed(string purpose, int epoch = 0) => new((int)(Derive(purpose, epoch) >> 33));

    public torch.Generator Torch(string purpose, int epoch = 0, int step = 0) => new(Derive(purpose, epoch, step));

    public int Number(string purpose) => (int)(Derive(purpose, 0) >> 33);

    // FNV-1a over the purpose, then splitmix64's finaliser: neighbouring seeds, epochs and steps give unrelated streams.
    private ulong Derive(string purpose, int epoch, int step = 0)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (char letter in purpose)
        {
            hash = (hash ^ letter) * 0x100000001b3;
        }

        ulong z = hash + ((uint)Seed * 0x9E3779B97F4A7C15) + ((ulong)epoch * 0xD1B54A32D192ED03)
            + ((ulong)step * 0x8CB92BA72F3D8DD7);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
