namespace WCoRD.MLNet.Cli.Models;

/// <summary>What a network of the catalog is meant for, and what it costs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Whose it is.</param>
/// <param name="Images">The images that it is meant for, in words.</param>
/// <param name="Classes">The classes counted with: those of CIFAR-100, or of ImageNet.</param>
/// <param name="ImageSize">The side of the images counted for.</param>
/// <param name="Parameters">The number of its weights.</param>
/// <param name="Multiplications">Those of convolutions and linear layers for one image of three channels; null: it takes none so
/// small.</param>
/// <param name="Features">The number of its penultimate features.</param>
internal sealed record NetworkSize(
    string Name, string Source, string Images, int Classes, int ImageSize, long Parameters, long? Multiplications, int Features)
{
    private const int CifarSize = 32;

    /// <param name="name">The network's name.</param>
    /// <param name="imageSize">The side of the images; null: that of those it is meant for.</param>
    public static NetworkSize Of(string name, int? imageSize)
    {
        NetworkOrigin origin = NetworkCatalog.OriginOf(name);
        int side = imageSize ?? origin.ImageSize ?? CifarSize;
        int classes = origin.ImageSize > CifarSize ? 1000 : 100;
        using FeatureNetwork network = NetworkCatalog.Create(name, classes);
        return new NetworkSize(
            name,
            origin.Source,
            origin.Images,
            classes,
            side,
            network.parameters().Sum(parameter => parameter.numel()),
            Count(network, side),
            network.FeatureSize);
    }

    /// <summary>One line, in columns.</summary>
    public override string ToString()
    {
        string multiplications = Multiplications is { } count
            ? Invariant($"{count,15:N0} multiplications")
            : Invariant($"{"takes none",31}");
        return Invariant($"{Name,-18}  {Parameters,10:N0} parameters ({Classes} classes)  {multiplications} at {ImageSize} x {ImageSize}  ")
            + Invariant($"{Features,5:N0} features  {Source}'s, for {Images}");
    }

    private static long? Count(FeatureNetwork network, int side)
    {
        try
        {
            return network.CountMultiplications(side, side);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
