using System.Buffers.Binary;
using System.Reflection.Emit;

namespace WCoRD.MLNet.Repair;

/// <summary>An instruction of a method.</summary>
/// <param name="Offset">Where it begins in the method's code.</param>
/// <param name="Code">What it does.</param>
/// <param name="Operand">Where its operand begins.</param>
internal readonly record struct Instruction(int Offset, OpCode Code, int Operand)
{
    private const byte TwoBytes = 0xFE;
    private static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>A method's instructions, one after the other: a byte of an operand is never taken for one.</summary>
    public static IEnumerable<Instruction> In(byte[] il)
    {
        for (int at = 0; at < il.Length;)
        {
            int operand = il[at] == TwoBytes ? at + 2 : at + 1;
            OpCode code = Codes[il[at] == TwoBytes ? BinaryPrimitives.ReadInt16BigEndian(il.AsSpan(at)) : il[at]];
            yield return new Instruction(at, code, operand);
            at = operand + SizeOfOperand(code, il.AsSpan(operand));
        }
    }

    private static int SizeOfOperand(OpCode code, ReadOnlySpan<byte> operand) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 * (1 + BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };
}
