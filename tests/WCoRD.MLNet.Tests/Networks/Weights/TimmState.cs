namespace WCoRD.MLNet.Tests;

/// <summary>Names and shapes of what timm publishes, by timm's own tables: stages of blocks of (kernel, inner, output, squeezed) channels.</summary>
internal static class TimmState
{
    private sealed record Network(int Stem, (int Kernel, int Inner, int Output, int Squeezed)[][] Stages, int Head, int? Hidden);

    /// <summary>mobilenetv3_small_100.</summary>
    private static readonly Network Small = new(16,
        [
            [(3, 16, 16, 8)],
            [(3, 72, 24, 0), (3, 88, 24, 0)],
            [(5, 96, 40, 24), (5, 240, 40, 64), (5, 240, 40, 64)],
            [(5, 120, 48, 32), (5, 144, 48, 40)],
            [(5, 288, 96, 72), (5, 576, 96, 144), (5, 576, 96, 144)],
        ],
        576, 1024);

    /// <summary>mobilenetv2_100.</summary>
    private static readonly Network V2 = new(32, Widened([(1, 3, 16, 1), (6, 3, 24, 2), (6, 3, 32, 3), (6, 3, 64, 4), (6, 3, 96, 3), (6, 3, 160, 3), (6, 3, 320, 1)], squeezes: false), 1280, null);

    /// <summary>efficientnet_b0.</summary>
    private static readonly Network B0 = new(32, Widened([(1, 3, 16, 1), (6, 3, 24, 2), (6, 5, 40, 2), (6, 3, 80, 3), (6, 5, 112, 3), (6, 5, 192, 4), (6, 3, 320, 1)], squeezes: true), 1280, null);

    /// <param name="network">Torchvision's name of the network.</param>
    /// <param name="classes">The classes.</param>
    public static IEnumerable<(string Name, long[] Shape)> Of(string network, int classes)
    {
        Network made = network switch { "mobilenet_v2" => V2, "efficientnet_b0" => B0, _ => Small };
        int channels = made.Stem;
        List<(string, long[])> state = [("conv_stem.weight", [channels, 3, 3, 3]), .. Norm("bn1", channels)];
        for (int stage = 0; stage < made.Stages.Length; stage++)
        {
            for (int block = 0; block < made.Stages[stage].Length; block++)
            {
                (int kernel, int inner, int output, int squeezed) = made.Stages[stage][block];
                string name = $"blocks.{stage}.{block}";
                bool widens = stage > 0;
                (string, long[])[] excitation = squeezed == 0 ? [] :
                [
                    ($"{name}.se.conv_reduce.weight", [squeezed, inner, 1, 1]), ($"{name}.se.conv_reduce.bias", [squeezed]),
                    ($"{name}.se.conv_expand.weight", [inner, squeezed, 1, 1]), ($"{name}.se.conv_expand.bias", [inner]),
                ];
                state.AddRange(widens
                    ?
                    [
                        ($"{name}.conv_pw.weight", [inner, channels, 1, 1]), .. Norm($"{name}.bn1", inner),
                        ($"{name}.conv_dw.weight", [inner, 1, kernel, kernel]), .. Norm($"{name}.bn2", inner), .. excitation,
                        ($"{name}.conv_pwl.weight", [output, inner, 1, 1]), .. Norm($"{name}.bn3", output),
                    ]
                    :
                    [
                        ($"{name}.conv_dw.weight", [inner, 1, kernel, kernel]), .. Norm($"{name}.bn1", inner), .. excitation,
                        ($"{name}.conv_pw.weight", [output, inner, 1, 1]), .. Norm($"{name}.bn2", output),
                    ]);
                channels = output;
            }
        }

        int features = made.Hidden ?? made.Head;
        state.AddRange(made.Hidden is null
            ? [("conv_head.weight", [made.Head, channels, 1, 1]), .. Norm("bn2", made.Head)]
            :
            [
                ($"blocks.{made.Stages.Length}.0.conv.weight", [made.Head, channels, 1, 1]), .. Norm($"blocks.{made.Stages.Length}.0.bn1", made.Head),
                ("conv_head.weight", [features, made.Head, 1, 1]), ("conv_head.bias", [features]),
            ]);
        return [.. state, ("classifier.weight", [classes, features]), ("classifier.bias", [classes])];
    }

    private static (string, long[])[] Norm(string name, int channels) =>
        [.. new[] { "weight", "bias", "running_mean", "running_var" }.Select(part => ($"{name}.{part}", new long[] { channels }))];

    private static (int, int, int, int)[][] Widened((int Times, int Kernel, int Output, int Blocks)[] stages, bool squeezes)
    {
        int channels = 32;
        return
        [
            .. stages.Select(stage => Enumerable.Range(0, stage.Blocks).Select(_ =>
            {
                int taken = channels;
                channels = stage.Output;
                return (stage.Kernel, stage.Times * taken, stage.Output, squeezes ? taken / 4 : 0);
            }).ToArray()),
        ];
    }
}
