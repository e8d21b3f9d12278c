using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>Spoken and written digits, paired by class: one modality teaches the other.</summary>
internal static class DigitSettings
{
    // 300 rows to learn from, of each modality: with many more, a student alone leaves nothing to gain.
    private const int TrainPictures = 300;

    // Five of the 50 recordings of each digit by each of the six speakers; the first five are for testing.
    private const int FirstTrainSound = 5;
    private const int AfterTrainSounds = 10;
    private const int TestPictures = 2000;
    private const int PictureSide = 28;
    private const string Pixels = "Pixels";
    private const string Prefix = "Teacher";

    /// <summary>
    /// Both directions: what the student sees beside the teacher's modality, and what the teacher learns from. The test rows are the
    /// recordings marked so, and the last of the pictures.
    /// </summary>
    public static (Setting Student, Setting Teacher)[] Of(MLContext mlContext, string data, int pairingSeed)
    {
        IDataView sounds = mlContext.Data.LoadFromFixedRecords(
            Path.Combine(data, "fsdd_logmel32.bin"),
            new FixedRecordLayout().Key("Label", 10).Value("Speaker").Value("Index").Value("IsTest").Pixels(Pixels, 1, 32, 32));
        IDataView pictures = LoadPictures(mlContext, data);
        IDataView teachingSounds = mlContext.Data.FilterRowsByColumn(sounds, "IsTest", upperBound: 0.5),
            testSounds = mlContext.Data.FilterRowsByColumn(sounds, "IsTest", lowerBound: 0.5);
        IDataView trainSounds = mlContext.Data.FilterRowsByColumn(sounds, "Index", FirstTrainSound, AfterTrainSounds);
        long others = pictures.GetRowCount()!.Value - TestPictures;
        IDataView teachingPictures = mlContext.Data.TakeRows(pictures, others), testPictures = mlContext.Data.SkipRows(pictures, others);
        IDataView trainPictures = mlContext.Data.TakeRows(pictures, TrainPictures);
        return
        [
            (Student("sounds", trainSounds, testSounds, teachingPictures), Teacher("pictures", teachingPictures, testPictures)),
            (Student("pictures", trainPictures, testPictures, teachingSounds), Teacher("sounds", teachingSounds, testSounds)),
        ];

        Setting Student(string sees, IDataView train, IDataView test, IDataView partners) =>
            new(sees, PairedModalities.ByClass(train, partners, Prefix, pairingSeed), test, Pixels, Prefix + Pixels);
    }

    /// <summary>Written digits, which a teacher of colour pictures sees as grey ones.</summary>
    public static Setting OfPictures(MLContext mlContext, string data)
    {
        IDataView pictures = LoadPictures(mlContext, data);
        IDataView grey = mlContext.Transforms.Concatenate(Prefix + Pixels, Pixels, Pixels, Pixels).Fit(pictures).Transform(pictures);
        return new Setting(
            "10 digits",
            mlContext.Data.TakeRows(grey, TrainPictures),
            mlContext.Data.SkipRows(grey, pictures.GetRowCount()!.Value - TestPictures),
            Pixels,
            Prefix + Pixels)
        { TeacherShape = [3, PictureSide, PictureSide] };
    }

    private static IDataView LoadPictures(MLContext mlContext, string data) => mlContext.Data.LoadFromIdx(
        Path.Combine(data, "mnist-t10k", "mnist-t10k-images-idx3-ubyte.gz"),
        Path.Combine(data, "mnist-t10k", "mnist-t10k-labels-idx1-ubyte.gz"));

    private static Setting Teacher(string sees, IDataView train, IDataView test) => new(sees, train, test, Pixels, Pixels);
}
