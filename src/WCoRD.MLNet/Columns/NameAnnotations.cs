using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Names of keys or slots, as ML.NET wants them: an annotation that is a vector of text.</summary>
internal static class NameAnnotations
{
    public static DataViewSchema.Annotations Of(string annotation, IReadOnlyList<string> names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        Add(builder, annotation, names);
        return builder.ToAnnotations();
    }

    public static void Add(DataViewSchema.Annotations.Builder builder, string annotation, IReadOnlyList<string> names)
    {
        ReadOnlyMemory<char>[] values = [.. names.Select(name => name.AsMemory())];
        builder.Add(annotation, new VectorDataViewType(TextDataViewType.Instance, values.Length), (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, values.Length);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }
}
