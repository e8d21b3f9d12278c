namespace WCoRD.MLNet;

/// <summary>What happens to an image file that cannot be decoded.</summary>
public enum DamagedImageBehavior
{
    /// <summary>An error that names the file, when its row is reached.</summary>
    Throw,

    /// <summary>It is left out. To know it before the rows are read, every file is decoded once when the folder is loaded.</summary>
    Skip,
}
