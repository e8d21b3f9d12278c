using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>
/// Top-1 % on CIFAR-100 after 240 epochs, as published: RepDistiller's table, for CRD+KD and WCoRD+KD those of the WCoRD paper (Chen et
/// al., 2021), and for DKD and standardised logits those of later papers.
/// </summary>
internal static class PublishedNumbers
{
    private static readonly (string Teacher, string Student)[] Pairs =
    [
        ("wrn_40_2", "wrn_16_2"), ("wrn_40_2", "wrn_40_1"), ("resnet56", "resnet20"), ("resnet110", "resnet20"),
        ("resnet110", "resnet32"), ("resnet32x4", "resnet8x4"), ("vgg13", "vgg8"),
        ("vgg13", "MobileNetV2"), ("ResNet50", "MobileNetV2"), ("ResNet50", "vgg8"), ("resnet32x4", "ShuffleV1"),
        ("resnet32x4", "ShuffleV2"), ("wrn_40_2", "ShuffleV1"),
    ];

    // One row for each method, in the order of the pairs; - where nothing is published.
    private static readonly Dictionary<string, string[]> Rows = new()
    {
        ["teacher"] = "75.61 75.61 72.34 74.31 74.31 79.42 74.64 74.64 79.34 79.34 79.42 79.42 75.61".Split(' '),
        ["none"] = "73.26 71.98 69.06 69.06 71.14 72.50 70.36 64.60 64.60 70.36 70.50 71.82 70.50".Split(' '),
        ["kd"] = "74.92 73.54 70.66 70.67 73.08 73.33 72.98 67.37 67.35 73.81 74.07 74.45 74.83".Split(' '),
        ["hint"] = "73.58 72.24 69.21 68.99 71.06 73.50 71.02".Split(' '),
        ["at"] = "74.08 72.77 70.55 70.22 72.31 73.44 71.43".Split(' '),
        ["sp"] = "73.83 72.43 69.67 70.04 72.69 72.94 72.68".Split(' '),
        ["cc"] = "73.56 72.21 69.63 69.48 71.48 72.97 70.71".Split(' '),
        ["vid"] = "74.11 73.30 70.38 70.16 72.61 73.09 71.23".Split(' '),
        ["rkd"] = "73.35 72.22 69.61 69.25 71.82 71.90 71.48".Split(' '),
        ["pkt"] = "74.54 73.45 70.34 70.25 72.61 73.64 72.88".Split(' '),
        ["ab"] = "72.50 72.38 69.47 69.53 70.98 73.17 70.94".Split(' '),
        ["ft"] = "73.25 71.59 69.84 70.22 72.37 72.86 70.58".Split(' '),
        ["fsp"] = "72.91 - 69.95 70.11 71.89 72.62 70.23".Split(' '),
        ["nst"] = "73.68 72.24 69.60 69.53 71.96 73.30 71.53".Split(' '),
        ["crd"] = "75.48 74.14 71.16 71.46 73.48 75.51 73.94 69.73 69.11 74.30 75.11 75.65 76.05".Split(' '),
        ["crd+kd"] = "75.64 74.38 71.63 71.56 73.75 75.46 74.29 69.94 69.54 74.58 75.12 76.05 76.27".Split(' '),
        ["dkd"] = "- - - 71.06 - 76.32 74.68".Split(' '),
        ["kd_ls"] = "- - - 71.48 - 76.62 74.36".Split(' '),
        ["wcord+kd"] = "76.11 74.72 71.92 71.88 74.20 76.15 74.72 70.02 70.12 74.68 75.77 76.48 76.68".Split(' '),
    };

    /// <summary>The numbers for a pair of a teacher's file and a student; null: nothing is published.</summary>
    /// <param name="pair">The pair's <see cref="StudyPair.Name"/>.</param>
    public static Column? Of(string pair)
    {
        int dash = pair.LastIndexOf('-');
        string teacher = ModelFiles.NetworksIn(pair[..dash]) is [string network] ? network : "";
        int at = Array.IndexOf(Pairs, (teacher, pair[(dash + 1)..]));
        return at < 0 ? null : new Column(at);
    }

    /// <summary>The numbers of one pair.</summary>
    internal sealed record Column(int Number)
    {
        /// <summary>A method's number, or the teacher's; - where nothing is published.</summary>
        public string Value(string method) => Rows.GetValueOrDefault(method) is { } row && Number < row.Length ? row[Number] : "-";
    }
}
