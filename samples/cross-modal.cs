// A teacher that sees pictures teaches a student that only hears, without a single label on the sounds.
//   dotnet run samples/cross-modal.cs [EPOCHS]
// Pictures and sounds are made, so that it runs at once: replace the two views by your own, joined by PairedModalities.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu

using System.Globalization;
using Microsoft.ML;
using WCoRD.MLNet;

int epochs = args is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 20;
var mlContext = new MLContext(seed: 1);
string folder = Directory.CreateTempSubdirectory("wcord-").FullName;
try
{
    Train();
}
finally
{
    Directory.Delete(folder, recursive: true);
}

void Train()
{
    // Row i of the sounds belongs to row i of the pictures.
    SampleImages.Write(folder, trainCount: 2000, testCount: 500);
    SampleSounds.Write(folder, trainCount: 2000, testCount: 500);
    IDataView pictures = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train);
    IDataView sounds = mlContext.Data.LoadFromFixedRecords(Path.Combine(folder, "train-sounds.bin"), SampleSounds.Layout);
    IDataView testSounds = mlContext.Data.LoadFromFixedRecords(Path.Combine(folder, "test-sounds.bin"), SampleSounds.Layout);

    var trainers = mlContext.MulticlassClassification.Trainers;
    using NetworkTransformer seeing = trainers
        .NetworkTraining(new NetworkTrainingOptions { Network = "resnet20", LabelColumnName = "CoarseLabel", Epochs = epochs, BatchSize = 32 })
        .Fit(pictures);
    using Teacher teacher = Teacher.FromModel(seeing);

    // The student's column is named as the sounds' own, so that it scores sounds that have no picture.
    IDataView pairs = PairedModalities.ByIndex(sounds, pictures, prefix: "Picture");
    using NetworkTransformer hearing = trainers.WcordDistillation(teacher, new WcordDistillationOptions
    {
        Student = "resnet8",
        InputColumnName = "Pixels",
        TeacherInputColumnName = "PicturePixels",
        LabelColumnName = null,
        SoftTargetWeight = 1,
        // A sound is not moved and mirrored as a picture is: the teacher sees the whole picture, the student the sound as it is.
        TeacherViews = TeacherViewsKind.Whole,
        Augmentation = AugmentationKind.None,
        Epochs = epochs,
        BatchSize = 32,
    }).Fit(pairs);

    // What it hears, it calls by name after a hundred labels.
    var probe = trainers.LbfgsMaximumEntropy("Label", "Features").Fit(mlContext.Data.TakeRows(hearing.Transform(sounds), 100));
    Console.WriteLine(Evaluation.Of(mlContext, probe.Transform(hearing.Transform(testSounds))));
}
