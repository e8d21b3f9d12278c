using WCoRD.MLNet.Cli;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class OutputFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Check_NewFile_LeavesNothingBehind()
    {
        OutputFile.Check("--out", Path.Combine(_folder, "model.zip"));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void Check_ExistingFile_KeepsItsContent()
    {
        string file = Path.Combine(_folder, "model.zip");
        File.WriteAllText(file, "kept");
        OutputFile.Check("--out", file);
        Assert.AreEqual("kept", File.ReadAllText(file));
    }

    [TestMethod]
    public void Check_Folder_Throws() =>
        StringAssert.Contains(Assert.ThrowsExactly<CommandException>(() => OutputFile.Check("--out", _folder)).Message, "that is a folder");

    [TestMethod]
    public void Check_FolderMissing_NamesIt()
    {
        string missing = Path.Combine(_folder, "missing");
        StringAssert.Contains(Assert.ThrowsExactly<CommandException>(() => OutputFile.Check("--out", Path.Combine(missing, "model.zip"))).Message, missing);
    }
}
