// An ONNX model of any framework teaches a student, which leaves as an ONNX file of a quarter of the size.
//   dotnet run samples/onnx-teacher.cs NET.onnx PHOTOS student.onnx [EPOCHS]
// NET.onnx takes images (224 x 224 or whatever it says itself) and gives features, scores, or both. PHOTOS/train has a folder for each class.
#:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
#:package TorchSharp-cpu
#:package Microsoft.ML.OnnxRuntime

using System.Globalization;
using Microsoft.ML;
using WCoRD.MLNet;

if (args is not [string net, string folder, string saved, .. string[] rest])
{
    Console.Error.WriteLine("usage: dotnet run samples/onnx-teacher.cs NET.onnx PHOTOS student.onnx [EPOCHS]");
    return 2;
}

const int Side = 64;
var mlContext = new MLContext(seed: 1);
IDataView train = mlContext.Data.LoadFromImageFolder(Path.Combine(folder, "train"), new ImageFolderOptions { Height = Side, Width = Side });

// It sees every crop and flip that the student sees, in its own size. What it was trained on must be said where it is not ImageNet.
using Teacher teacher = Teacher.FromOnnx(net, new OnnxTeacherOptions { Normalization = InputNormalization.ImageNet });
using NetworkTransformer student = mlContext.MulticlassClassification.Trainers
    .WcordDistillation(teacher, new WcordDistillationOptions
    {
        Student = "resnet8",
        Epochs = rest is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 60,
    })
    .Fit(train);

student.SaveOnnx(saved, new OnnxOptions { Precision = OnnxPrecision.Int8, CalibrationSet = train });
Console.WriteLine(FormattableString.Invariant($"{saved}: {student.Network} in int8, {new FileInfo(saved).Length / 1e6:F2} MB"));
return 0;
