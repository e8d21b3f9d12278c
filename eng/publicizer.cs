#:property PublishAot=false
// dotnet run --file publicizer.cs -- FOLDER "assembly;assembly" "member;member"     where member = Namespace.Type | Namespace.Type::Member
// Writes copies of the assemblies for the compiler's eyes only, in which the listed internals are public. A vanished member fails the build by name.
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

string folder = args[0];
var wanted = List(args[2]).ToHashSet();
var found = new HashSet<string>();
Directory.CreateDirectory(folder);
foreach (string assembly in List(args[1]))
{
    byte[] image = File.ReadAllBytes(assembly);
    using var pe = new PEReader(new MemoryStream(image));
    MetadataReader metadata = pe.GetMetadataReader();
    foreach (TypeDefinitionHandle typeHandle in metadata.TypeDefinitions)
    {
        TypeDefinition type = metadata.GetTypeDefinition(typeHandle);
        string name = FullName(metadata, type);
        if (IsWanted(name))
        {
            SetAccess(image, pe, metadata, TableIndex.TypeDef, typeHandle, flagsOffset: 0, access: type.GetDeclaringType().IsNil ? 1 : 2);
        }

        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            if (IsWanted($"{name}::{metadata.GetString(metadata.GetMethodDefinition(method).Name)}"))
            {
                // A method's flags stand behind its address (4 bytes) and its implementation flags (2 bytes).
                SetAccess(image, pe, metadata, TableIndex.MethodDef, method, flagsOffset: 6, access: 6);
            }
        }

        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            if (IsWanted($"{name}::{metadata.GetString(metadata.GetFieldDefinition(field).Name)}"))
            {
                SetAccess(image, pe, metadata, TableIndex.Field, field, flagsOffset: 0, access: 6);
            }
        }
    }

    File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(assembly)), image);
}

string[] missing = [.. wanted.Except(found)];
foreach (string member in missing)
{
    Console.Error.WriteLine($"publicizer.cs : error WCORD001: ML.NET's internal '{member}' was not found: this version of ML.NET changed it.");
}

return missing.Length == 0 ? 0 : 1;

static string[] List(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

bool IsWanted(string member) => wanted.Contains(member) && (found.Add(member) || true);

static void SetAccess(byte[] image, PEReader pe, MetadataReader metadata, TableIndex table, EntityHandle row, int flagsOffset, int access)
{
    int at = pe.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(table)
        + ((MetadataTokens.GetRowNumber(row) - 1) * metadata.GetTableRowSize(table)) + flagsOffset;
    image[at] = (byte)((image[at] & ~7) | access);
}

static string FullName(MetadataReader metadata, TypeDefinition type)
{
    TypeDefinitionHandle outer = type.GetDeclaringType();
    string name = metadata.GetString(type.Name);
    return !outer.IsNil ? $"{FullName(metadata, metadata.GetTypeDefinition(outer))}+{name}"
        : type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
}
