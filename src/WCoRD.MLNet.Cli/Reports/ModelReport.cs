using System.Net;
using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Reports;

/// <summary>Tells what is known of a model in the order in which a reader asks.</summary>
internal static class ModelReport
{
    private const int ImagesShown = 24;
    private const int ClassesShown = 20;
    private const double MB = 1e6;

    public static ReportPage Write(
        MLContext mlContext, string title, IDataView data, ReportedModel model, ReportedModel? baseline, ReportedModel? teacher)
    {
        var page = new ReportPage(title);
        ReportedModel[] models = [.. new[] { model, baseline, teacher }.OfType<ReportedModel>()];
        if (models.Any(shown => shown.Evaluation is not null))
        {
            page.Add(
                "Accuracy",
                Invariant($"Of {model.Evaluation?.Count ?? data.GetRowCount()} rows that the report was given."),
                Table(models));
        }

        page.Add("Model card", "", model.Network.Card.ToHtml());
        if (model.Network.History is { Epochs.Count: > 0 } history)
        {
            page.Add(
                "Training",
                "Each part of the loss before it is weighted, and the accuracy on training rows as they were augmented, epoch by epoch.",
                history.ToHtml());
        }

        if (model.Evaluation is { } evaluation)
        {
            AddClasses(page, data, evaluation, baseline?.Evaluation);
            AddMistakes(page, mlContext, model.Scored, evaluation);
        }

        if (model.Network.History?.Transport is { } plan)
        {
            page.Add(
                "Transport",
                "How LCKT carries the teacher's embeddings of some training images onto the student's. "
                    + "A student that sees what its teacher sees keeps the mass within classes: dark squares on the diagonal.",
                plan.ToHtml());
        }

        IEnumerable<FeatureMap> maps = models
            .Where(shown => shown != baseline)
            .Reverse()
            .Select(shown => FeatureMap.Of(shown.Scored, title: $"Features of {shown.Role} ({shown.Network.Network})"));
        page.Add(
            "Features",
            "Each dot is an image, at the place that the network's features give it in the plane of their greatest variance. "
                + "Classes that lie apart are told apart.",
            string.Concat(maps.Select(map => map.ToHtml())));
        AddImages(page, model);
        return page;
    }

    private static void AddClasses(ReportPage page, IDataView data, Evaluation evaluation, Evaluation? baseline)
    {
        if (baseline is not null)
        {
            page.Add(
                "Gain over the baseline", "Points of accuracy that each class gains, or loses.", evaluation.GainOver(baseline).ToHtml());
        }

        page.Add(
            "Confusion",
            "A row for each class, a column for each class that its images are taken for. Right answers lie on the diagonal.",
            evaluation.ToHtml());
        if (data.Schema.GetColumnOrNull("CoarseLabel") is not null)
        {
            page.Add(
                "Confusion of superclasses",
                "The same by groups of classes: what is off the diagonal here is a grave error.",
                evaluation.Grouped(data).ToHtml());
        }
    }

    private static void AddMistakes(ReportPage page, MLContext mlContext, IDataView scored, Evaluation evaluation)
    {
        string html = string.Concat(Mistakes.Of(mlContext, scored, evaluation).Take(ClassesShown).Select(ofClass =>
            Invariant($"<h3>{WebUtility.HtmlEncode(ofClass.Class)}: {ofClass.Count} wrong</h3>{ofClass.Preview.ToHtml()}")));
        if (html.Length > 0)
        {
            page.Add("Mistakes", "Images that the model takes for another class, the class with the most of them first.", html);
        }
    }

    private static void AddImages(ReportPage page, ReportedModel model)
    {
        string[] columns =
        [
            .. new[] { model.Network.InputColumnName, "Label", "PredictedLabel", "Score" }
                .Where(name => model.Scored.Schema.GetColumnOrNull(name) is not null),
        ];
        DataPreview images = DataPreview.Of(model.Scored, ImagesShown, columns);
        page.Add("Images", model.Evaluation is null ? "" : "What the model makes of some images; errors are red.", images.ToHtml());
    }

    private static string Table(ReportedModel[] models)
    {
        IEnumerable<string> rows = models.Select(model =>
            Invariant($"<tr><td>{WebUtility.HtmlEncode(model.Role)}</td><td>{WebUtility.HtmlEncode(model.Network.Network)}</td>")
                + Invariant($"<td>{model.Evaluation?.Accuracy:P2}</td><td>{model.Evaluation?.TopFiveAccuracy:P2}</td>")
                + Invariant($"<td>{model.FileSize / MB:F2} MB</td></tr>"));
        return "<table style=\"border-spacing:16px 2px;text-align:left\">"
            + "<thead><tr><th></th><th>network</th><th>top-1</th><th>top-5</th><th>file</th></tr></thead>"
            + $"<tbody>{string.Concat(rows)}</tbody></table>";
    }
}
