using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>Settings over one data folder of pictures: the teacher sees them whole, students a part.</summary>
internal static class PictureSettings
{
    private const int Side = 32;
    private const int CropPadding = 4;

    /// <summary>Whole pictures, with the coarse classes to learn: each is five of the teacher's.</summary>
    public static Setting OfCoarseClasses(MLContext mlContext, Study study)
    {
        var coarse = mlContext.Transforms.CopyColumns("Label", "CoarseLabel");
        IDataView train = study.TrainingRows(mlContext), test = study.TestRows(mlContext);
        var renamed = coarse.Fit(train);
        string pixels = Modality.Full.ColumnName;
        return new Setting(
            "20 coarse classes", renamed.Transform(train), renamed.Transform(test), pixels, pixels, CropPadding, Aligned: true);
    }

    public static Setting[] Of(MLContext mlContext, Study study, Modality[] students)
    {
        IDataView train = study.TrainingRows(mlContext), test = study.TestRows(mlContext);
        return [.. students.Select(student =>
        {
            ITransformer? views = student.Stages(mlContext)?.Fit(train);
            return new Setting(
                student.ToString(),
                views?.Transform(train) ?? train,
                views?.Transform(test) ?? test,
                student.ColumnName,
                Modality.Full.ColumnName,
                CropPadding * (student.Side ?? Side) / Side,
                Aligned: true);
        })];
    }
}
