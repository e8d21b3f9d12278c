// A small classifier of your own photographs, taught by what ML.NET's ResNet18 makes of them.
//
//   dotnet run -c Release --project samples/Photographs -- FOLDER [SEED ...] [--validate]
//
// FOLDER has train/ and test/, each with a folder for each class. With --validate every fifth photograph of train/ is measured on in place
// of test/: for choosing a recipe.
using Microsoft.ML;
using Photographs;

if (args.Length == 0 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: Photographs FOLDER [SEED ...] [--validate]    FOLDER has train/ and test/, each with a folder for each class");
    return 2;
}

bool validates = args.Contains("--validate");
int[] seeds = [.. args.Skip(1).Where(word => word != "--validate").Select(int.Parse).DefaultIfEmpty(1)];
var mlContext = new MLContext(seed: 1);
(IDataView train, IDataView test) = PhotographRows.Load(mlContext, args[0], validates);

// The usual way: features of a ResNet18 that learned ImageNet, and a linear classifier of them.
Contender usual = FeaturizedPhotographs.Train(mlContext, train);
List<Contender> contenders = [usual];
IDataView taught = mlContext.Data.Cache(
    usual.Model.Transform(train), "Label", "ImagePath", FeaturizedPhotographs.Features, FeaturizedPhotographs.Scores);
foreach (int seed in seeds)
{
    contenders.Add(Student.TrainAlone(mlContext, train, seed));
    contenders.Add(Student.Train(mlContext, taught, seed));
    Console.WriteLine(Measurement.Line(mlContext, contenders[^2], test) + Measurement.Line(mlContext, contenders[^1], test));
}

Console.WriteLine(Measurement.Table(mlContext, contenders, test));
mlContext.Model.Save(contenders[^1].Model, train.Schema, "student.zip");
Console.WriteLine("The last student is saved as student.zip: wcord score --model student.zip PHOTO.jpg");
return 0;
