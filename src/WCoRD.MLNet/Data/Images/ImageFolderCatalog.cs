using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>Adds folders of images to <see cref="MLContext.Data"/>.</summary>
public static class ImageFolderCatalog
{
    private const int Named = 5;
    private const string Pixels = "Pixels";

    /// <summary>
    /// Opens a folder of images as rows: a folder for each class. Images are decoded only when a cursor asks for their pixels: some rows
    /// ahead, by all cores, in the order of the rows.
    /// </summary>
    /// <remarks>
    /// <para>JPEG, PNG, BMP, GIF (the first frame) and WebP are read, whatever their names: upright as their EXIF data say, transparent
    /// ones over white, without colour profiles.
    /// Folders in a class's folder belong to the class. Links are followed, names that begin with a dot are passed over.</para>
    /// <para>What is left out, and the same picture in two classes, is told in the log. Of a file that is damaged within, the reader of
    /// its format must notice it: a JPEG with some wrong bytes can be decoded and looks wrong.</para>
    /// <para>A model that is to score photographs needs the decoding as a stage: <see cref="PixelsCatalog.LoadPixels"/> from
    /// <c>ImagePath</c>, of the same size.</para>
    /// </remarks>
    /// <param name="catalog">The <c>Data</c> of an <see cref="MLContext"/>.</param>
    /// <param name="path">The folder.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>
    /// Rows with <c>Label</c> (a key whose values are the folders' names), <c>ImagePath</c> (text) and <c>Pixels</c> (bytes of size
    /// <c>[3, height, width]</c>: the planes red, green, blue), class by class, sorted by path.
    /// </returns>
    /// <exception cref="ArgumentException">Options are out of range, or the folder has not at least two classes with images.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">Some files cannot be decoded, as far as their first bytes tell, and
    /// <see cref="ImageFolderOptions.OnDamaged"/> is <c>Throw</c>.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// IDataView train = mlContext.Data.LoadFromImageFolder("photos/train", new ImageFolderOptions { Height = 64, Width = 64 });
    /// ]]></code>
    /// </example>
    public static IDataView LoadFromImageFolder(this DataOperationsCatalog catalog, string path, ImageFolderOptions? options = null)
    {
        options = Check(catalog, path, options);
        using IChannel channel = HostAccess.Environment(catalog).Register("ImageFolder").Start("Loading");
        ImageFolder folder = ImageFolder.Scan(path, options.ClassNames);
        if (options.OnDamaged == DamagedImageBehavior.Skip)
        {
            folder = folder.Decoded(options.Size);
            WarnOfFaults(folder, channel);
            folder = folder.WithoutFaults();
        }

        CheckFaults(folder);
        CheckCounts(folder, isGiven: options.ClassNames is not null);
        Tell(folder, channel);
        return Rows(catalog, folder, options.Size);
    }

    /// <summary>Looks a folder of images through and decodes every file, to know what is there before anything is trained.</summary>
    /// <param name="catalog">The <c>Data</c> of an <see cref="MLContext"/>.</param>
    /// <param name="path">The folder, with a folder for each class.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the folder has not at least two classes.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// ImageFolderReport report = mlContext.Data.InspectImageFolder("photos/train");
    /// Console.WriteLine($"{report.ClassCounts.Count} classes, {report.Damaged.Count} damaged, {report.SamePictures.Count} twice");
    /// ]]></code>
    /// </example>
    public static ImageFolderReport InspectImageFolder(
        this DataOperationsCatalog catalog, string path, ImageFolderOptions? options = null)
    {
        options = Check(catalog, path, options);
        return new ImageFolderReport(ImageFolder.Scan(path, options.ClassNames).Decoded(options.Size));
    }

    /// <summary>Finds all image files in a folder and the folders in it, whatever their names, to be scored.</summary>
    /// <param name="catalog">The <c>Data</c> of an <see cref="MLContext"/>.</param>
    /// <param name="path">The folder.</param>
    /// <returns>The paths, sorted. A file that is named as an image and is none is among them: whoever decodes it says so.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// foreach (string path in mlContext.Data.FindImages("photos/test"))
    /// {
    ///     Console.WriteLine(path);
    /// }
    /// ]]></code>
    /// </example>
    public static IReadOnlyList<string> FindImages(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string[] files = Directory.Exists(path) ? [.. FolderWalk.Files(path).Order(StringComparer.Ordinal)]
            : throw new DirectoryNotFoundException($"'{path}' is no folder: expected one with image files.");
        bool[] isOther = new bool[files.Length];
        Parallel.For(0, files.Length, i => isOther[i] = new ImageFile(files[i], Class: 0).Inspect().IsOther);
        return [.. files.Where((_, i) => !isOther[i])];
    }

    /// <summary>
    /// The classes of a folder of images, as <see cref="LoadFromImageFolder"/> takes them: the names of its folders, sorted. Given as
    /// <see cref="ImageFolderOptions.ClassNames"/>, they make the keys of a test folder those of the training's.
    /// </summary>
    /// <param name="catalog">The <c>Data</c> of an <see cref="MLContext"/>.</param>
    /// <param name="path">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <example>
    /// <code language="csharp"><![CDATA[
    /// // A test folder in which a class is missing keeps the numbers of the training's.
    /// var options = new ImageFolderOptions { ClassNames = mlContext.Data.FindImageClasses("photos/train") };
    /// IDataView test = mlContext.Data.LoadFromImageFolder("photos/test", options);
    /// ]]></code>
    /// </example>
    public static IReadOnlyList<string> FindImageClasses(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Directory.Exists(path) ? ImageFolder.ClassesOf(path)
            : throw new DirectoryNotFoundException($"'{path}' is no folder: expected one with a folder for each class.");
    }

    private static ImageFolderOptions Check(DataOperationsCatalog catalog, string path, ImageFolderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new ImageFolderOptions();
        options.Validate();
        return options;
    }

    private static AddedColumnsView Rows(DataOperationsCatalog catalog, ImageFolder folder, DecodedSize size)
    {
        var definition = SchemaDefinition.Create(typeof(ImageRow));
        SchemaDefinition.Column label = definition[nameof(ImageRow.Label)];
        label.ColumnType = new KeyDataViewType(typeof(uint), folder.ClassNames.Count);
        ReadOnlyMemory<char>[] names = [.. folder.ClassNames.Select(name => name.AsMemory())];
        label.AddAnnotation(
            AnnotationNames.KeyValues,
            new VBuffer<ReadOnlyMemory<char>>(names.Length, names),
            new VectorDataViewType(TextDataViewType.Instance, names.Length));
        // Of objects, ML.NET takes keys that count from 0.
        IDataView rows = catalog.LoadFromEnumerable(
            folder.Images.Select(image => new ImageRow { Label = (uint)image.Class, ImagePath = image.Path }).ToArray(), definition);

        Dictionary<string, ImageFile> files = folder.Images.ToDictionary(image => image.Path, StringComparer.Ordinal);
        var loading = new PixelLoading(Pixels, nameof(ImageRow.ImagePath), size, Folder: null) { Read = path => files[path].Read() };
        return new AddedColumnsView(rows, new LoadedPixels(loading, rows.Schema));
    }

    private static void WarnOfFaults(ImageFolder folder, IChannel channel)
    {
        ImageFile[] faulty = [.. folder.Images.Where(image => image.Fault is not null)];
        if (faulty.Length > 0)
        {
            channel.Warning(
                MessageSensitivity.None, Invariant($"{faulty.Length} file(s) in '{folder.Path}' are left out: ") + Describe(faulty));
        }
    }

    private static void CheckFaults(ImageFolder folder)
    {
        ImageFile[] faulty = [.. folder.Images.Where(image => image.Fault is not null)];
        if (faulty.Length > 0)
        {
            throw new InvalidDataException(Invariant($"{faulty.Length} file(s) in '{folder.Path}' cannot be decoded: {Describe(faulty)}. ")
                + "Convert, replace or remove them, or set OnDamaged to Skip.");
        }
    }

    private static void CheckCounts(ImageFolder folder, bool isGiven)
    {
        string[] empty =
        [
            .. folder.ClassNames.Index()
                .ExceptBy(folder.Images.Select(image => image.Class), item => item.Index)
                .Select(item => $"'{item.Item}'"),
        ];
        if (empty.Length > 0 && (!isGiven || folder.Images.Count == 0))
        {
            throw new ArgumentException($"'{folder.Path}' has no image of {string.Join(", ", empty)}: "
                + "expected some of each class. Fill or remove the folder, or give ClassNames, of which some may be absent.");
        }
    }

    private static void Tell(ImageFolder folder, IChannel channel)
    {
        channel.Info(
            MessageSensitivity.None,
            Invariant($"{folder.Images.Count} images of {folder.ClassNames.Count} classes in '{folder.Path}'"));
        if (folder.Others.Count + folder.Loose > 0)
        {
            channel.Info(
                MessageSensitivity.None,
                Invariant($"left out: {folder.Others.Count} file(s) that are no images, {folder.Loose} file(s) in no class's folder. ")
                    + List(folder.Others.Select(file => $"'{file}'")));
        }

        foreach (IReadOnlyList<string> paths in folder.SamePictures().Take(Named))
        {
            channel.Warning(
                MessageSensitivity.None,
                $"the same picture lies in more than one class: {string.Join(", ", paths.Select(path => $"'{path}'"))}");
        }
    }

    private static string Describe(ImageFile[] faulty) => List(faulty.Select(file => $"'{file.Path}' {file.Fault}"));

    private static string List(IEnumerable<string> items)
    {
        string[] all = [.. items];
        string more = all.Length > Named ? Invariant($"; and {all.Length - Named} more") : "";
        return string.Join("; ", all.Take(Named)) + more;
    }

    private sealed class ImageRow
    {
        public uint Label { get; init; }

        public string ImagePath { get; init; } = "";
    }
}
