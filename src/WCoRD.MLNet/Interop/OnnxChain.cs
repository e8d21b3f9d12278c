using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace WCoRD.MLNet;

/// <summary>A chain of ML.NET's that <c>ConvertToOnnx</c> writes down, stage by stage; values are known by their names.</summary>
/// <param name="context">ML.NET's own.</param>
internal sealed class OnnxChain(OnnxContext context)
{
    // ML.NET writes operators of opset 12; what stages write here is in all from this one on.
    private const int LeastOpset = 11;

    // Values within a stage share ML.NET's names with columns.
    private const string Prefix = "wcord.";

    /// <summary>The value of a column.</summary>
    /// <param name="stage">The stage that reads it.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="NotSupportedException">A stage before cannot give it.</exception>
    public string Read(string stage, string column)
    {
        context.CheckOpSetVersion(LeastOpset, stage);
        return context.ContainsColumn(column) ? context.GetVariableName(column)
            : throw new NotSupportedException($"The stage {stage} reads column '{column}', which the stages before cannot give to ONNX: "
                + "convert the model from there on, with rows that have that column.");
    }

    /// <summary>Adds an operation, of ONNX's own operators.</summary>
    /// <returns>What it gives.</returns>
    public string Node(string op, IEnumerable<string> inputs, params IEnumerable<(string Name, object Value)> attributes)
    {
        string output = context.AddIntermediateVariable(null, Prefix + op, true);
        Add(op, inputs, output, attributes);
        return output;
    }

    /// <summary>Adds an operation that gives a column.</summary>
    public void Give(
        string column, DataViewType type, string op, IEnumerable<string> inputs, params IEnumerable<(string Name, object Value)> attributes) =>
        Add(op, inputs, context.AddIntermediateVariable(type, column, false), attributes);

    /// <summary>Adds numbers that do not change; of no shape: a single one.</summary>
    public string Constant(IReadOnlyList<float> values, params long[] shape) => shape.Length == 0
        ? context.AddInitializer(values[0], Prefix + "constant", true)
        : context.AddInitializer(values, shape, Prefix + "constant", true);

    /// <summary>Adds whole numbers that do not change.</summary>
    public string Constant(IReadOnlyList<long> values, params long[] shape) =>
        context.AddInitializer(values, shape, Prefix + "constant", true);

    /// <summary>The same numbers in another type.</summary>
    public string Cast(string value, Type type) => Node("Cast", [value], ("to", type));

    private void Add(string op, IEnumerable<string> inputs, string output, IEnumerable<(string Name, object Value)> attributes)
    {
        // An empty domain is ONNX's own; null would be that of ai.onnx.ml.
        OnnxNode node = context.CreateNode(op, inputs, [output], context.GetNodeName(op), "");
        foreach ((string name, object value) in attributes)
        {
            switch (value)
            {
                case long number:
                    node.AddAttribute(name, number);
                    break;
                case float number:
                    node.AddAttribute(name, (double)number);
                    break;
                case long[] numbers:
                    node.AddAttribute(name, (IEnumerable<long>)numbers);
                    break;
                case Type type:
                    node.AddAttribute(name, type);
                    break;
                default:
                    throw new NotSupportedException($"The attribute '{name}' is a {value.GetType().Name}.");
            }
        }
    }
}
