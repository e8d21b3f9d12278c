using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Maps a student's stage map onto the shape of the teacher's: a convolution, batch norm and, if asked, a rectifier.</summary>
/// <remarks>
/// Half the size comes from stride 2, twice the size from a transposed convolution, any other smaller size from a large kernel. Source:
/// RepDistiller's <c>ConvReg</c>.
/// </remarks>
internal sealed class MapRegressor : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _convolution;
    private readonly TorchSharp.Modules.BatchNorm2d _norm;
    private readonly bool _rectified;

    /// <exception cref="ArgumentException">The teacher's map is larger, and not twice as large.</exception>
    public MapRegressor(
        (long Channels, long Height, long Width) student,
        (long Channels, long Height, long Width) teacher,
        Generator generator,
        bool rectified = true)
        : base(nameof(MapRegressor))
    {
        _convolution = (student.Height, student.Width) switch
        {
            var (height, width) when height == 2 * teacher.Height && width == 2 * teacher.Width =>
                nn.Conv2d(student.Channels, teacher.Channels, 3, stride: 2, padding: 1),
            var (height, width) when 2 * height == teacher.Height && 2 * width == teacher.Width =>
                nn.ConvTranspose2d(student.Channels, teacher.Channels, 4, stride: 2, padding: 1),
            var (height, width) when height >= teacher.Height && width >= teacher.Width =>
                nn.Conv2d(student.Channels, teacher.Channels, (1 + height - teacher.Height, 1 + width - teacher.Width)),
            _ => throw new ArgumentException(
                Invariant($"The student's map is {student.Height} x {student.Width} and the teacher's {teacher.Height} x {teacher.Width}: ")
                    + "expected one as large or larger, or half as large. Choose other networks."),
        };
        _rectified = rectified;
        _norm = nn.BatchNorm2d(teacher.Channels);
        register_module("conv", _convolution);
        register_module("bn", _norm);
        WeightInitialization.TorchDefault(this, generator);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor map = _norm.call(_convolution.call(input));
        return _rectified ? map.relu_() : map;
    }
}
