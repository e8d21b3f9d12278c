using Microsoft.ML;

namespace Photographs;

/// <summary>A folder of what was made: models and rows, which take minutes, are made once.</summary>
internal sealed class MadeFiles
{
    private readonly MLContext _mlContext;
    private readonly string _folder;

    public MadeFiles(MLContext mlContext, string folder)
    {
        (_mlContext, _folder) = (mlContext, folder);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Trains a model, or loads it.</summary>
    public Contender Model(string name, IDataView rows, Func<ITransformer> train)
    {
        string path = Path.Combine(_folder, name + ".zip");
        if (!File.Exists(path))
        {
            Whole(path, part => _mlContext.Model.Save(train(), rows.Schema, part));
        }

        return new Contender(name, _mlContext.Model.Load(path, out _), new FileInfo(path).Length);
    }

    /// <summary>Makes rows, or loads them.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="make">Makes them; it may write files into a folder.</param>
    public IDataView Rows(string name, Func<string, IDataView> make)
    {
        string path = Path.Combine(_folder, name + ".idv");
        if (!File.Exists(path))
        {
            Whole(path, part =>
            {
                using FileStream file = File.Create(part);
                _mlContext.Data.SaveAsBinary(make(Path.Combine(_folder, name)), file);
            });
        }

        return _mlContext.Data.LoadFromBinary(path);
    }

    // Under its name a file is whole, however the program ends.
    private static void Whole(string path, Action<string> write)
    {
        write(path + ".part");
        File.Move(path + ".part", path, overwrite: true);
    }
}
