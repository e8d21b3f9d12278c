// A small classifier of your own photographs, taught by what ML.NET's ResNet18 makes of them.
//
//   dotnet run -c Release --project samples/Photographs -- FOLDER OUT [SEED ...] [--validate]
//
// FOLDER has train/ and test/, each with a folder for each class. OUT keeps everything that is made: called again, or beside another call
// with other seeds, what is there is not made again. With --validate every fifth photograph of train/ is measured on in place of test/: for
// choosing a recipe.
using Microsoft.ML;
using Photographs;

string[] words = [.. args.Where(word => word != "--validate")];
if (words.Length < 2 || !Directory.Exists(words[0]))
{
    Console.Error.WriteLine(
        "usage: Photographs FOLDER OUT [SEED ...] [--validate]    FOLDER has train/ and test/, each with a folder for each class");
    return 2;
}

int[] seeds = [.. words.Skip(2).Select(int.Parse).DefaultIfEmpty(1)];
var mlContext = new MLContext(seed: 1);
(IDataView train, IDataView test) = PhotographRows.Load(mlContext, words[0], validates: args.Contains("--validate"));
var made = new MadeFiles(mlContext, words[1]);

// The usual way: features of a ResNet18 that learned ImageNet, and a linear classifier of them.
List<Contender> contenders = [made.Model("usual", train, () => FeaturizedPhotographs.Train(mlContext, train))];

// The student learns from views of the photographs, and the big network tells of each what it sees.
IDataView views = made.Rows(
    "views", folder => FeaturizedPhotographs.Teach(mlContext, Views.Write(mlContext, train, folder, Student.Views)));
foreach (int seed in seeds)
{
    contenders.Add(made.Model($"alone-{seed}", train, () => Student.TrainAlone(mlContext, views, seed)));
    contenders.Add(made.Model($"taught-{seed}", train, () => Student.Train(mlContext, views, seed)));
    Console.WriteLine(Measurement.Line(mlContext, contenders[^2], test) + Measurement.Line(mlContext, contenders[^1], test));
}

Console.WriteLine(Measurement.Table(mlContext, contenders, test));
Console.WriteLine($"wcord score --model {Path.Combine(words[1], $"taught-{seeds[^1]}.zip")} PHOTO.jpg");
return 0;
