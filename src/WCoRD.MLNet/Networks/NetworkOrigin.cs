namespace WCoRD.MLNet;

/// <summary>Whose a network of the catalog is, and which images it is meant for. It takes others as well.</summary>
public sealed class NetworkOrigin
{
    internal NetworkOrigin(string source, string images, int? imageSize) => (Source, Images, ImageSize) = (source, images, imageSize);

    /// <summary>The project whose definition and state names it has, or <c>this program</c>, which registered it.</summary>
    public string Source { get; }

    /// <summary>The images that it is meant for, in words.</summary>
    public string Images { get; }

    /// <summary>Their usual side in pixels; null: unknown.</summary>
    public int? ImageSize { get; }
}
