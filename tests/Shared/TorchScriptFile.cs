using System.IO.Compression;
using System.Text;

namespace WCoRD.MLNet.Tests;

/// <summary>Writes a TorchScript file as PyTorch's <c>torch.jit.save</c> lays it out, of a module with one weight.</summary>
internal static class TorchScriptFile
{
    /// <param name="path">Where to.</param>
    /// <param name="returns">The type that forward gives.</param>
    /// <param name="result">An expression of the images <c>x</c>, their channel means <c>f</c> and <c>y = f weight^T</c>.</param>
    /// <param name="weight">The weight <c>[4, 3]</c>.</param>
    public static void Write(string path, string returns, string result, float[] weight)
    {
        string code = $"""
            class Net(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              def forward(self: __torch__.Net,
                x: Tensor) -> {returns}:
                f = torch.mean(x, [2, 3])
                y = torch.matmul(f, torch.t(self.weight))
                return {result}

            """;
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("data.pkl", Pickle());
        Add("code/__torch__.py", Encoding.UTF8.GetBytes(code.ReplaceLineEndings("\n")));
        Add("constants.pkl", [0x80, 2, .. ")."u8]);
        Add("version", "3\n"u8);
        Add("data/0", System.Runtime.InteropServices.MemoryMarshal.AsBytes(weight.AsSpan()));

        void Add(string name, ReadOnlySpan<byte> bytes)
        {
            using Stream entry = archive.CreateEntry("net/" + name, CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }
    }

    // The module object in Python's pickle protocol 2: a tensor [4, 3] of storage 0, and training = False.
    private static byte[] Pickle() =>
    [
        0x80, 2, .. "c__torch__\nNet\n)"u8, 0x81, .. "}("u8,
        .. Text("weight"), .. "ctorch._utils\n_rebuild_tensor_v2\n(("u8, .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text("0"), .. Text("cpu"), .. Number(12), .. "tQK\0("u8, .. Number(4), .. Number(3), .. "t("u8, .. Number(3), .. Number(1), .. "t"u8,
        0x89, .. "ccollections\nOrderedDict\n)RtR"u8,
        .. Text("training"), 0x89, .. "ub."u8,
    ];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Number(int number) => [(byte)'J', .. BitConverter.GetBytes(number)];
}
