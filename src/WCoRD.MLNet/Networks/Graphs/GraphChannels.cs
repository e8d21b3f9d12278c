using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Follows the channels of a graph's convolutions and linear layers to all that read them, and says which of them may be multiplied by a
/// number of their own: where all on the way hands the number on, until other weights can be divided by it.
/// </summary>
/// <remarks>A rectifier, a maximum, an average and a move of channels hand a positive number on; what is added to another has one number
/// with it; any other operation, and what a graph gives, asks for the channel as it is.</remarks>
internal sealed class GraphChannels
{
    private static readonly HashSet<string> Handing =
        ["Concat", "Flatten", "Identity", "LeakyRelu", "MaxPool", "PRelu", "Relu", "Reshape", "Slice", "Transpose"];

    // In the shape of a value's sample, the channel of each of its numbers: operations move these as they move numbers.
    private readonly Dictionary<GraphValue, Tensor> _channels = [];

    // For each channel, itself or another that has one number with it.
    private readonly List<int> _joined = [];
    private readonly HashSet<int> _fixed = [];

    /// <param name="graph">The graph. The channels are the present dispose scope's.</param>
    /// <param name="nodes">Its operations, each behind those that it reads.</param>
    /// <param name="given">What they give.</param>
    public GraphChannels(NetworkGraph graph, IReadOnlyList<GraphNode> nodes, IEnumerable<GraphValue> given)
    {
        IReadOnlySet<GraphValue> own = graph.ConstantsReadOnce(nodes);
        foreach (GraphNode node in nodes)
        {
            Follow(node, hasWeights: node.Operator is "Conv" or "Gemm" && node.Inputs.Skip(1).All(own.Contains));
        }

        foreach (GraphValue value in given)
        {
            Fix(value);
        }
    }

    /// <summary>How many channels there are.</summary>
    public int Count => _joined.Count;

    /// <summary>Whether a channel is used as it is.</summary>
    public bool IsFixed(int channel) => _fixed.Contains(channel);

    /// <returns>The channel at each place of a value's second dimension, the same number where the same factor must stand; null: a place
    /// has several, or none is known.</returns>
    public int[]? Of(GraphValue value)
    {
        if (!_channels.TryGetValue(value, out Tensor? channels))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        Tensor places = channels.transpose(0, 1).flatten(1);
        Tensor least = places.amin([1]);
        return least.eq(places.amax([1])).all().ToBoolean() ? Array.ConvertAll(Whole(least), Root) : null;
    }

    private void Follow(GraphNode node, bool hasWeights)
    {
        GraphValue input = node.Inputs[0];
        switch (node.Operator)
        {
            case "Conv" or "Gemm" when hasWeights:
                if (Of(input) is null)
                {
                    Fix(input);
                }

                int first = Count;
                _joined.AddRange(Enumerable.Range(first, (int)node.Output.Shape[1]));
                Spread(Enumerable.Range(first, Count - first).ToArray(), node.Output);
                break;
            case "AveragePool" or "GlobalAveragePool" when Of(input) is { } channels:
                Spread(channels, node.Output);
                break;
            case "Add" when node.Inputs.All(_channels.ContainsKey) && input.Shape.SequenceEqual(node.Inputs[1].Shape):
                Join(_channels[input], _channels[node.Inputs[1]]);
                _channels[node.Output] = _channels[input];
                break;
            case var op when Handing.Contains(op) && (op == "Concat" ? node.Inputs.All(_channels.ContainsKey) : _channels.ContainsKey(input)):
                _channels[node.Output] = GraphOperators.Compute(node, [.. node.Inputs.Select(value => _channels.GetValueOrDefault(value, value.Sample))]);
                break;
            default:
                foreach (GraphValue value in node.Inputs)
                {
                    Fix(value);
                }

                break;
        }
    }

    private void Spread(int[] channels, GraphValue value) =>
        _channels[value] = tensor(channels).to(ScalarType.Float32).view([1, -1, .. value.Shape.Skip(2).Select(_ => 1L)]).expand([.. value.Shape]).contiguous();

    private void Join(Tensor ones, Tensor others)
    {
        foreach ((int one, int other) in Whole(ones).Zip(Whole(others)).Distinct())
        {
            int root = Root(one), joined = Root(other);
            _joined[joined] = root;
            if (_fixed.Contains(joined))
            {
                _fixed.Add(root);
            }
        }
    }

    private void Fix(GraphValue value)
    {
        if (_channels.TryGetValue(value, out Tensor? channels))
        {
            _fixed.UnionWith(Whole(channels).Distinct().Select(Root));
        }
    }

    private int Root(int channel) => _joined[channel] == channel ? channel : _joined[channel] = Root(_joined[channel]);

    private static int[] Whole(Tensor channels) => [.. channels.flatten().to(ScalarType.Int32).data<int>()];
}
