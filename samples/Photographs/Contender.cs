using Microsoft.ML;

namespace Photographs;

/// <summary>A way to classify photographs, from their paths to their classes.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Model">The trained model.</param>
/// <param name="Bytes">The size of its file.</param>
internal sealed record Contender(string Name, ITransformer Model, long Bytes);
