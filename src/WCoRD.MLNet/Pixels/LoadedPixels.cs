using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace WCoRD.MLNet;

/// <summary>A column of pixels that are decoded from another: a path, the bytes of a file, or an image of ML.NET.</summary>
internal sealed class LoadedPixels : StageColumns
{
    private readonly PixelLoading _loading;
    private readonly DataViewSchema.Column _source;

    /// <exception cref="ArgumentException">The column is absent or of the wrong type.</exception>
    public LoadedPixels(PixelLoading loading, DataViewSchema input)
        : base(input)
    {
        _loading = loading;
        _source = input.GetColumnOrNull(loading.Input)
            ?? throw ColumnErrors.Missing(PixelLoading.InputOption, loading.Input, input.Select(column => column.Name));
        if (!IsPath && !IsBytes && _source.Type is not ImageDataViewType)
        {
            throw ColumnErrors.Type(PixelLoading.InputOption, loading.Input, _source.Type, PixelLoading.Expected);
        }

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        DecodedSize size = loading.Size;
        builder.AddColumn(
            loading.Output, new VectorDataViewType(NumberDataViewType.Byte, DecodedSize.Channels, size.Height, size.Width));
        Output = builder.ToSchema();
    }

    public override DataViewSchema Output { get; }

    private bool IsPath => _source.Type == TextDataViewType.Instance;

    private bool IsBytes => _source.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Byte;

    public override DataViewRowCursor Cursor(DataViewRowCursor rows, bool[] active) =>
        IsAnyAdded(active) && Input.All(column => !active[column.Index] || RowBuffer.Supports(column.Type))
            ? new LoadedPixelsCursor(rows, this, active)
            : base.Cursor(rows, active);

    public override Func<int, Delegate> Getters(DataViewRow row, bool[] active)
    {
        Func<Func<byte[]>> next = Captured(row);
        byte[] pixels = [];
        Action decode = RowGetters.OncePerRow(row, () => pixels = next()());
        ValueGetter<VBuffer<byte>> getter = (ref VBuffer<byte> value) =>
        {
            decode();
            Copy(pixels, ref value);
        };
        return _ => getter;
    }

    /// <summary>Gives what to decode of the row where it stands now, to be done by anyone at any time.</summary>
    public Func<Func<byte[]>> Captured(DataViewRow row)
    {
        if (IsPath)
        {
            ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(_source);
            ReadOnlyMemory<char> path = default;
            return () =>
            {
                get(ref path);
                string file = path.ToString();
                return () => _loading.DecodeFile(file);
            };
        }

        if (IsBytes)
        {
            ValueGetter<VBuffer<byte>> get = row.GetGetter<VBuffer<byte>>(_source);
            VBuffer<byte> bytes = default;
            return () =>
            {
                get(ref bytes);
                byte[] file = [.. bytes.DenseValues()];
                string name = Invariant($"Row {row.Position} of column '{_source.Name}'");
                return () => ImageDecoder.Decode(file, name, _loading.Size);
            };
        }

        ValueGetter<MLImage> getImage = row.GetGetter<MLImage>(_source);
        return () =>
        {
            // The image is the row's: it may be gone when the row has moved on.
            MLImage? image = null;
            getImage(ref image!);
            byte[] pixels = image is null
                ? throw new InvalidDataException(Invariant($"Row {row.Position} of column '{_source.Name}' holds no image."))
                : ImageDecoder.Decode(image, _loading.Size);
            return () => pixels;
        };
    }

    public static void Copy(byte[] pixels, ref VBuffer<byte> value)
    {
        VBufferEditor<byte> editor = VBufferEditor.Create(ref value, pixels.Length);
        pixels.CopyTo(editor.Values);
        value = editor.Commit();
    }

    public override void Write(OnnxChain chain) => throw new NotSupportedException(
        $"The stage LoadPixels decodes image files (column '{_loading.Output}' from '{_loading.Input}'), for which ONNX has no operators: "
            + $"convert the stages behind it, with rows that have '{_loading.Output}'; of a network alone, "
            + "NetworkTransformer.FindIn(model).SaveOnnx(path) writes a file.");

    protected override bool IsSource(DataViewSchema.Column column) => column.Index == _source.Index;
}
