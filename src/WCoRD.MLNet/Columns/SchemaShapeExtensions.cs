using Microsoft.ML;

namespace WCoRD.MLNet;

internal static class SchemaShapeExtensions
{
    /// <summary>Finds a column by its name.</summary>
    public static bool TryFind(this SchemaShape shape, string name, out SchemaShape.Column column)
    {
        column = shape.FirstOrDefault(candidate => candidate.Name == name);
        return column.Name is not null;
    }
}
