namespace WCoRD.MLNet.Cli.Commands;

/// <summary>Ways to train a student; each is a preset of weights that options may change.</summary>
internal enum DistillMethod
{
    /// <summary>The library's defaults: global and local contrastive transfer.</summary>
    Wcord,

    /// <summary>Contrastive representation distillation.</summary>
    Crd,

    /// <summary>Soft targets.</summary>
    Kd,

    /// <summary>No teacher: the baseline.</summary>
    None,
}
