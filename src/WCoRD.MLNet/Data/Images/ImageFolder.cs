using System.Security.Cryptography;

namespace WCoRD.MLNet;

/// <summary>A folder with a folder for each class, looked through once.</summary>
internal sealed class ImageFolder
{
    private static readonly string[] Parts = ["train", "training", "test", "val", "valid", "validation"];

    private ImageFolder(string path, IReadOnlyList<string> classNames, ImageFile[] images, IReadOnlyList<string> others, int loose) =>
        (Path, ClassNames, Images, Others, Loose) = (path, classNames, images, others, loose);

    public string Path { get; }

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images, class by class, sorted by their paths.</summary>
    public IReadOnlyList<ImageFile> Images { get; }

    /// <summary>The files that are no images.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>The files that lie in no class's folder.</summary>
    public int Loose { get; }

    /// <summary>Looks a folder through: what is there, and what each file is by its first bytes.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="classNames">The classes; null: the folders' names, sorted.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">It has no folder, only one, parts of a data set in place of classes, or one that is no class.
    /// </exception>
    public static ImageFolder Scan(string path, IReadOnlyList<string>? classNames)
    {
        if (!Directory.Exists(path))
        {
            string found = File.Exists(path) ? "is a file" : "does not exist";
            throw new DirectoryNotFoundException($"'{path}' {found}: expected a folder with a folder for each class, and its images there.");
        }

        string[] names = ClassesOf(path);
        CheckClasses(path, names, classNames);
        IReadOnlyList<string> classes = classNames ?? names;
        ImageFile[] files =
        [
            .. names.SelectMany((name, i) => FolderWalk.Files(System.IO.Path.Combine(path, name))
                .Order(StringComparer.Ordinal)
                .Select(file => new ImageFile(file, classNames is null ? i : IndexOf(classes, name)))),
        ];
        Parallel.For(0, files.Length, i => files[i] = files[i].Inspect());
        return new ImageFolder(
            path,
            classes,
            [.. files.Where(file => !file.IsOther).OrderBy(file => file.Class)],
            [.. files.Where(file => file.IsOther).Select(file => file.Path)],
            FolderWalk.LooseFiles(path));
    }

    /// <summary>The names of a folder's folders, sorted.</summary>
    public static string[] ClassesOf(string path) =>
        [.. FolderWalk.Folders(path).Select(folder => System.IO.Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    /// <summary>Decodes every image, by all cores, and notes those that cannot be.</summary>
    public ImageFolder Decoded(DecodedSize size)
    {
        ImageFile[] images = [.. Images];
        Parallel.For(0, images.Length, i => images[i] = images[i].Decode(size));
        return new ImageFolder(Path, ClassNames, images, Others, Loose);
    }

    /// <summary>The folder without the images that cannot be decoded.</summary>
    public ImageFolder WithoutFaults() => new(Path, ClassNames, [.. Images.Where(image => image.Fault is null)], Others, Loose);

    /// <summary>The pictures that lie in more than one class: of each, the paths.</summary>
    public IReadOnlyList<string>[] SamePictures() =>
    [
        .. Images.Where(image => image.Fault is null)
            .GroupBy(image => (image.Length, image.Head))
            .Where(AreOfTwoClasses)
            // Alike in length and beginning: only these are read whole.
            .SelectMany(group => group.GroupBy(image => Convert.ToHexString(SHA256.HashData(image.Read()))))
            .Where(AreOfTwoClasses)
            .Select(group => group.Select(image => image.Path).ToArray()),
    ];

    private static bool AreOfTwoClasses(IEnumerable<ImageFile> images) => images.Select(image => image.Class).Distinct().Skip(1).Any();

    private static int IndexOf(IReadOnlyList<string> classes, string name) =>
        classes.Index().First(item => item.Item == name).Index;

    private static void CheckClasses(string path, string[] names, IReadOnlyList<string>? classNames)
    {
        const string Expected = "expected a folder for each class, as photos/daisy and photos/rose";
        if (names.Length == 0)
        {
            throw new ArgumentException($"'{path}' has no folders: {Expected}, with the images in them.");
        }

        if (names.All(name => Parts.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"'{path}' has the folders {Quoted(names)}, which are parts of a data set: {Expected}. "
                + $"Load each part by itself, as '{System.IO.Path.Combine(path, names[0])}'.");
        }

        if (classNames is null)
        {
            if (names.Length == 1)
            {
                throw new ArgumentException($"'{path}' has one folder, '{names[0]}': expected at least two classes. "
                    + "Where it is a part of the classes of another folder, give those as ClassNames.");
            }

            return;
        }

        string[] unknown = [.. names.Except(classNames, StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new ArgumentException($"'{path}' has folders that are none of the ClassNames: {Quoted(unknown)}. "
                + $"Expected some of {Quoted(classNames)}. Rename or remove them, or take their class into ClassNames.");
        }
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
