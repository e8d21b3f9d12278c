using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WCoRD.MLNet.Tests;

/// <summary>Finds where C# source makes text by the current culture. The analyzers CA1304 to CA1311 find calls that could be given a culture; these are the others.</summary>
/// <param name="model">The compiler's view of the file.</param>
internal sealed class CultureSensitiveText(SemanticModel model)
{
    private static readonly string[] Writers = ["Append", "AppendLine", "Write", "WriteLine", "WriteAsync", "WriteLineAsync", "Join", "Concat"];

    /// <summary>The expressions of a file whose text depends on the culture.</summary>
    public IEnumerable<SyntaxNode> Find() => model.SyntaxTree.GetRoot().DescendantNodes().Where(node => node switch
    {
        InterpolatedStringExpressionSyntax text => IsString(model.GetTypeInfo(text).ConvertedType) && text.Contents.OfType<InterpolationSyntax>().Any(IsSensitive),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => IsString(TypeOf(sum)) && (IsSensitive(TypeOf(sum.Left)) || IsSensitive(TypeOf(sum.Right))),
        InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } call when NameOf(call) == "ToString" => ReceiverOf(call) is { SpecialType: not SpecialType.System_Object } type && IsSensitive(type),
        InvocationExpressionSyntax call => Writers.Contains(NameOf(call)) && IsText(call) && call.ArgumentList.Arguments.Any(argument => IsSensitive(ElementOf(TypeOf(argument.Expression)))),
        _ => false,
    });

    private bool IsSensitive(InterpolationSyntax hole) => IsSensitive(TypeOf(hole.Expression), hole.FormatClause is not null);

    private static bool IsSensitive(ITypeSymbol? type, bool hasFormat = false) => type switch
    {
        null => false,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => IsSensitive(nullable.TypeArguments[0], hasFormat),
        // A record writes its members, a tuple its elements.
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(element => IsSensitive(element.Type)),
        { IsRecord: true } record => record.GetMembers("ToString").All(member => member.IsImplicitlyDeclared) && record.GetMembers().OfType<IPropertySymbol>().Any(property => IsSensitive(property.Type)),
        { SpecialType: SpecialType.System_Byte or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64 } => hasFormat,
        { SpecialType: SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64 } => true,
        { SpecialType: SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal or SpecialType.System_DateTime } => true,
        ITypeParameterSymbol parameter => !parameter.ConstraintTypes.Any(constraint => constraint.SpecialType == SpecialType.System_Enum),
        { SpecialType: SpecialType.System_Object } => true,
        _ => type.Name is "DateTimeOffset" or "DateOnly" or "TimeOnly" or "Half" or "BigInteger" || (hasFormat && type.Name is "TimeSpan"),
    };

    /// <summary>Whether a call makes or writes text; <c>BinaryWriter.Write</c> does not.</summary>
    private bool IsText(InvocationExpressionSyntax call) => model.GetSymbolInfo(call).Symbol?.ContainingType is { } type
        && (type.Name is "StringBuilder" or "Console" or "String" || IsOrDerivesFrom(type, "TextWriter"));

    private static bool IsOrDerivesFrom(ITypeSymbol? type, string name) => type is not null && (type.Name == name || IsOrDerivesFrom(type.BaseType, name));

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        null or { SpecialType: SpecialType.System_String } => null,
        IArrayTypeSymbol array => array.ElementType,
        { IsRecord: true } => type,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Collections_Generic_IEnumerable_T } named => named.TypeArguments[0],
        { Name: not "Nullable" } when type.AllInterfaces.FirstOrDefault(one => one.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T) is { } sequence => sequence.TypeArguments[0],
        _ => type,
    };

    private ITypeSymbol? TypeOf(ExpressionSyntax expression) => model.GetTypeInfo(expression).Type;

    private static bool IsString(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_String };

    private ITypeSymbol? ReceiverOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => TypeOf(member.Expression),
        MemberBindingExpressionSyntax => TypeOf(call.Ancestors().OfType<ConditionalAccessExpressionSyntax>().First().Expression),
        _ => null,
    };

    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        MemberBindingExpressionSyntax member => member.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };
}
