using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>One byte as a number: Single, by which ML.NET's filters can select rows.</summary>
internal sealed class ValueField(string name, int offset) : RecordField(name, offset, 1)
{
    public override DataViewType Type => NumberDataViewType.Single;

    public override Delegate Getter(RecordSource source, FieldReader read) =>
        (ValueGetter<float>)((ref float value) => value = read(out _)[0]);
}
