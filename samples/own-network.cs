// A network of your own learns, is saved, loaded and exported like those of the catalog.
//   dotnet run samples/own-network.cs [EPOCHS]
// The pictures are made, so that it runs at once: put LoadFromCifar100 or LoadFromImageFolder of your own data in their place.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu

using System.Globalization;
using Microsoft.ML;
using WCoRD.MLNet;
using static TorchSharp.torch;

int epochs = args is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 12;
// A process that only loads its models says this too: a saved model knows the name.
NetworkCatalog.Register("small", (classes, channels) => new SmallNetwork(classes, channels));

var mlContext = new MLContext(seed: 1);
string folder = Directory.CreateTempSubdirectory("wcord-").FullName;
try
{
    SampleImages.Write(folder, trainCount: 1500, testCount: 500);
    IDataView train = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train), test = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Test);
    var trainers = mlContext.MulticlassClassification.Trainers;
    using NetworkTransformer large = trainers
        .NetworkTraining(new NetworkTrainingOptions { Network = "resnet20", LabelColumnName = "CoarseLabel", Epochs = epochs, BatchSize = 32 })
        .Fit(train);
    using Teacher teacher = Teacher.FromModel(large);
    using NetworkTransformer student = trainers
        .WcordDistillation(teacher, new WcordDistillationOptions
        {
            Student = "small", LabelColumnName = "CoarseLabel", SoftTargetWeight = 1, Epochs = epochs, BatchSize = 32,
        })
        .Fit(train);

    string saved = Path.Combine(folder, "student.zip"), exported = Path.Combine(folder, "student.onnx");
    mlContext.Model.Save(student, train.Schema, saved);
    ITransformer loaded = mlContext.Model.Load(saved, out _);
    Console.WriteLine(Evaluation.Of(mlContext, loaded.Transform(test), labelColumnName: "CoarseLabel"));
    student.SaveOnnx(exported);
    Console.WriteLine(FormattableString.Invariant($"{Path.GetFileName(exported)}: {new FileInfo(exported).Length} bytes"));
}
finally
{
    Directory.Delete(folder, recursive: true);
}

/// <summary>Four layers, of modules that ONNX export knows.</summary>
internal sealed class SmallNetwork : FeatureNetwork
{
    private readonly nn.Module<Tensor, Tensor> _maps, _classifier;

    public SmallNetwork(int classes, int channels)
        : base("small", classes, channels)
    {
        _maps = nn.Sequential(
            nn.Conv2d(channels, 32, 3, padding: 1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding: 1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding: 1), nn.BatchNorm2d(128), nn.ReLU());
        _classifier = nn.Linear(FeatureSize, classes);
        register_module("maps", _maps);
        register_module("classifier", _classifier);
    }

    public override int FeatureSize => 128;

    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor map = _maps.call(input), features = map.mean([2L, 3L]);
        return new NetworkOutput([map], features, _classifier.call(features)).MoveToOuterDisposeScope();
    }
}
