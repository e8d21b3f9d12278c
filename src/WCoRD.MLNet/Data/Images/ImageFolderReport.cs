namespace WCoRD.MLNet;

/// <summary>What is in a folder of images, every file decoded: see <see cref="ImageFolderCatalog.InspectImageFolder"/>.</summary>
public sealed class ImageFolderReport
{
    internal ImageFolderReport(ImageFolder folder)
    {
        ImageFile[] good = [.. folder.Images.Where(image => image.Fault is null)];
        int[] counts = new int[folder.ClassNames.Count];
        foreach (ImageFile image in good)
        {
            counts[image.Class]++;
        }

        ClassCounts = new OrderedDictionary<string, int>(
            folder.ClassNames.Select((name, i) => KeyValuePair.Create(name, counts[i])));
        ImageSize[] sizes = [.. good.Select(image => image.Size!).OrderBy(size => (long)size.Height * size.Width)];
        (SmallestImage, LargestImage) = (sizes.FirstOrDefault(), sizes.LastOrDefault());
        Damaged = new OrderedDictionary<string, string>(
            folder.Images.Where(image => image.Fault is not null).Select(image => KeyValuePair.Create(image.Path, image.Fault!)));
        OtherFiles = folder.Others;
        LooseFiles = folder.Loose;
        SamePictures = folder.SamePictures();
    }

    /// <summary>The number of images that can be decoded, class by class, in the order of the classes' keys.</summary>
    public IReadOnlyDictionary<string, int> ClassCounts { get; }

    /// <summary>The size of the image with the fewest pixels; null where there is none.</summary>
    public ImageSize? SmallestImage { get; }

    /// <summary>The size of the image with the most pixels; null where there is none.</summary>
    public ImageSize? LargestImage { get; }

    /// <summary>The images that cannot be decoded: for each path, why.</summary>
    public IReadOnlyDictionary<string, string> Damaged { get; }

    /// <summary>The paths of files in the classes' folders that are no images.</summary>
    public IReadOnlyList<string> OtherFiles { get; }

    /// <summary>The number of files beside the classes' folders, which belong to no class.</summary>
    public int LooseFiles { get; }

    /// <summary>The pictures that lie in more than one class: for each its paths.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SamePictures { get; }
}
