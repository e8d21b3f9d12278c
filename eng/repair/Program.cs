// RepairMicrosoftMLTorchSharp IN.dll OUT.dll
// Microsoft.ML.TorchSharp sets the weights of its networks by `using (torch.nn.init.zeros_(tensor)) { }`. Since TorchSharp 0.103 the call gives back the very tensor,
// so that the `using` disposes the weight that was just set. The copy keeps the weights: where those methods call Dispose, it drops the tensor's reference instead.
// All four methods are repaired, or none needs it; everything else is another version than we know, and fails.
using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using WCoRD.MLNet.Repair;

const string Type = "Microsoft.ML.TorchSharp.Utils.ModelUtils";
string[] methods = ["InitConstant", "InitNormal", "InitXavierUniform", "InitZeros"];
string name = $"{Path.GetFileNameWithoutExtension(args[0])} {FileVersionInfo.GetVersionInfo(args[0]).ProductVersion?.Split('+')[0]}";
byte[] image = File.ReadAllBytes(args[0]);
using var file = new PEReader(new MemoryStream(image));
MetadataReader metadata = file.GetMetadataReader();
try
{
    int[] calls = [.. methods.Select(FindMethod).Select(FindDispose).OfType<int>()];
    if (calls.Length != 0 && calls.Length != methods.Length)
    {
        throw new InvalidDataException($"{calls.Length} of {methods.Length} initialisers in {Type} dispose the weights that they set, expected all or none");
    }

    foreach (int at in calls)
    {
        // The call takes five bytes.
        new[] { OpCodes.Pop, OpCodes.Nop, OpCodes.Nop, OpCodes.Nop, OpCodes.Nop }.Select(code => (byte)code.Value).ToArray().CopyTo(image, at);
    }

    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
    File.WriteAllBytes(args[1], image);
    Console.WriteLine(calls.Length == 0
        ? $"{name} needs no repair: its initialisers keep the weights that they set."
        : $"{name} repaired: its {calls.Length} initialisers keep the weights that they set.");
    return 0;
}
catch (Exception fault) when (fault is InvalidDataException or BadImageFormatException)
{
    Console.Error.WriteLine(
        $"RepairMicrosoftMLTorchSharp : error WCORD002: {name} is another than the repair knows: {fault.Message}. "
            + "Reference Microsoft.ML.TorchSharp 0.23.1, or leave out WcordRepairMicrosoftMLTorchSharp and see whether that version trains without it.");
    return 1;
}

MethodDefinition FindMethod(string method)
{
    MethodDefinition[] found =
    [
        .. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            .Where(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}" == Type)
            .SelectMany(type => type.GetMethods()).Select(metadata.GetMethodDefinition)
            .Where(candidate => metadata.GetString(candidate.Name) == method),
    ];
    return found.Length == 1 ? found[0] : throw new InvalidDataException($"it has {found.Length} methods {Type}.{method}, expected one");
}

// Where in the file the method calls Dispose; null: nowhere.
int? FindDispose(MethodDefinition method)
{
    MethodBodyBlock body = file.GetMethodBody(method.RelativeVirtualAddress);
    byte[] il = body.GetILBytes()!;
    Instruction[] calls = [.. Instruction.In(il).Where(instruction => IsDispose(il, instruction))];
    if (calls.Length == 0)
    {
        return null;
    }

    // What a `using` around one call compiles to.
    bool isKnown = calls is [{ Code: var code, Offset: var at }] && code == OpCodes.Callvirt
        && body.ExceptionRegions is [{ Kind: ExceptionRegionKind.Finally } region] && at >= region.HandlerOffset && at < region.HandlerOffset + region.HandlerLength;
    return isKnown ? StartOf(method, il) + calls[0].Offset
        : throw new InvalidDataException($"{Type}.{metadata.GetString(method.Name)} calls Dispose otherwise than in one 'using'");
}

bool IsDispose(byte[] il, Instruction instruction) =>
    instruction.Code.OperandType == OperandType.InlineMethod
    && MetadataTokens.EntityHandle(BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(instruction.Operand))) is { Kind: HandleKind.MemberReference } handle
    && metadata.GetString(metadata.GetMemberReference((MemberReferenceHandle)handle).Name) == nameof(IDisposable.Dispose);

// A method's code stands behind a header of one byte, or of as many words of four as the upper half of its second byte says.
int StartOf(MethodDefinition method, byte[] il)
{
    SectionHeader section = file.PEHeaders.SectionHeaders[file.PEHeaders.GetContainingSectionIndex(method.RelativeVirtualAddress)];
    int header = method.RelativeVirtualAddress - section.VirtualAddress + section.PointerToRawData;
    int start = header + ((image[header] & 3) == 2 ? 1 : 4 * (image[header + 1] >> 4));
    return image.AsSpan(start, il.Length).SequenceEqual(il) ? start : throw new InvalidDataException("the code of a method is not where its header says");
}
