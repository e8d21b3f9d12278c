using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace WCoRD.MLNet;

/// <summary>Tells what a file holds by its first bytes, and of a zip archive by its entries; nothing of it is executed.</summary>
internal static class FileContents
{
    private const int HeadBytes = 512;
    private const int TarMark = 257;
    private const string FromPython =
        "In Python: torch.save(model.state_dict(), 'weights.pth') for Teacher.FromPyTorch, "
            + "or torch.jit.save(torch.jit.trace(model, torch.zeros(1, 3, 32, 32)), 'net.pt') for Teacher.FromTorchScript.";

    /// <summary>What a file holds.</summary>
    public static FileContent Of(Stream stream)
    {
        byte[] head = new byte[HeadBytes];
        stream.Position = 0;
        FileContent found = Of(head.AsSpan(0, stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)), stream.Length);
        return found == FileContent.Zip ? OfZip(stream) : found;
    }

    /// <summary>Throws if a file certainly holds something else than expected.</summary>
    /// <exception cref="FormatException">It does; the message names what it is and how to convert it.</exception>
    public static void CheckIs(Stream stream, string path, FileContent expected, string name)
    {
        FileContent found = Of(stream);
        if (found is not FileContent.Unknown && found != expected)
        {
            throw Wrong(path, found, name);
        }

        stream.Position = 0;
    }

    /// <summary>Says what a file is in place of what was expected.</summary>
    public static FormatException Wrong(string path, FileContent found, string expected)
    {
        (string name, string remedy) = Describe(found);
        return new FormatException($"'{path}' is no {expected}: it is {name}. {remedy}");
    }

    private static FileContent Of(ReadOnlySpan<byte> head, long length)
    {
        string text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return length == 0 ? FileContent.Empty
            // The header's length, which may look like anything else, and its begin.
            : head.Length > 9 && head[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(head) <= (ulong)(length - 8)
                ? FileContent.Safetensors
            : head.StartsWith("PK\x3\x4"u8) || head.StartsWith("PK\x5\x6"u8) ? FileContent.Zip
            // PyTorch's number of before 1.6, 0x1950a86a20f9469cfc6c, as a pickle.
            : head.Length > 14 && head[0] == 0x80
                && head[2..].StartsWith(
                    (ReadOnlySpan<byte>)[0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])
                ? FileContent.PyTorchLegacy
            : head.Length > 2 && head[0] == 0x80 && head[1] is >= 2 and <= 5 ? FileContent.Pickle
            : head.StartsWith((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8]) ? FileContent.NumPy
            : head.StartsWith((ReadOnlySpan<byte>)[0x89, .. "HDF\r\n"u8]) ? FileContent.Hdf5
            : head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? FileContent.Gzip
            : head.Length > TarMark + 5 && head[TarMark..].StartsWith("ustar"u8) ? FileContent.Tar
            // The version of ONNX's format, then the producer, both as protocol buffers have them.
            : head.Length > 3 && head[0] == 0x08 && head[1] is > 0 and < 32 && head[2] is 0x12 or 0x1a or 0x3a or 0x42 ? FileContent.Onnx
            : text.StartsWith("version https://git-lfs", StringComparison.Ordinal) ? FileContent.LfsPointer
            : text.StartsWith('<') ? FileContent.WebPage
            : text.StartsWith('{') ? FileContent.Json
            : FileContent.Unknown;
    }

    private static FileContent OfZip(Stream stream)
    {
        stream.Position = 0;
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            string[] entries = [.. archive.Entries.Select(entry => entry.FullName.Replace('\\', '/'))];
            bool Has(string name) => entries.Any(entry => entry.EndsWith("/" + name, StringComparison.Ordinal) || entry == name);
            return Has("constants.pkl") && Has("data.pkl") ? FileContent.TorchScript
                : entries.Any(entry => entry.EndsWith("/data.pkl", StringComparison.Ordinal)) ? FileContent.PyTorch
                : Has("TrainingInfo/Version.txt") ? FileContent.Model
                : Has("model.weights.h5") ? FileContent.Keras
                : entries.Length > 0 && entries.All(entry => entry.EndsWith(".npy", StringComparison.Ordinal)) ? FileContent.NumPy
                : FileContent.Zip;
        }
        catch (InvalidDataException)
        {
            return FileContent.Zip;
        }
    }

    private static (string Name, string Remedy) Describe(FileContent content) => content switch
    {
        FileContent.Empty => ("an empty file", "Fetch or write it again."),
        FileContent.PyTorch or FileContent.PyTorchLegacy =>
            ("a file of torch.save", "If it holds a state dictionary, Teacher.FromPyTorch reads it."),
        FileContent.TorchScript => ("a TorchScript", "Teacher.FromTorchScript reads it."),
        FileContent.Safetensors => ("a safetensors file", "Teacher.FromSafetensors reads it; for wcord its name ends in .safetensors."),
        FileContent.Model => ("a model of ML.NET", "Load it by mlContext.Model.Load and take Teacher.FromModel."),
        FileContent.Onnx => ("an ONNX model", "Teacher.FromOnnx reads it; for wcord distill its name ends in .onnx."),
        FileContent.Pickle => ("a Python pickle that torch.save did not write", FromPython),
        FileContent.NumPy => (
            "an array file of NumPy",
            "In Python: torch.save({name: torch.from_numpy(array) for name, array in numpy.load('weights.npz').items()}, "
                + "'weights.pth'), with PyTorch's names."),
        FileContent.Hdf5 or FileContent.Keras => (
            "a model of Keras or TensorFlow (HDF5)",
            "Convert it to ONNX by tf2onnx and take Teacher.FromOnnx."),
        FileContent.WebPage =>
            ("a web page or XML, as a failed download leaves", "Open it to see what the server said, and fetch the file again."),
        FileContent.LfsPointer => ("a pointer of Git LFS", "Fetch the file itself by 'git lfs pull'."),
        FileContent.Json => ("a JSON text", "Fetch the weights themselves."),
        FileContent.Tar => (
            "a tar archive",
            "Unpack it and name the file in it; of a torch.save from before PyTorch 0.4, load it there and torch.save it again."),
        FileContent.Gzip => ("a gzip archive", "Unpack it and name the file in it."),
        FileContent.Zip =>
            ("a zip archive without weights, or one that is cut off", "Unpack it and name the file in it, or fetch it again."),
        _ => ("of no known format", FromPython),
    };
}
