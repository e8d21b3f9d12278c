namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("", "teach distill evaluate score export info networks compare bench data demo")]
    [DataRow("data", "sample info download")]
    [DataRow("data sample", "--out --train --test --seed --json")]
    [DataRow("data info", "--data --json")]
    [DataRow("data download", "--out --url --json")]
    [DataRow("teach", "--data --image-size --network --initial-weights --modality --epochs --batch-size --learning-rate --milestones --optimizer --weight-decay --schedule --warmup-epochs --weight-averaging --augmentation --color-jitter --mixup --label-smoothing --validation-fraction --early-stopping --max-gradient-norm --memory-budget --checkpoints --checkpoint-minutes --resume --limit --seed --out --json")]
    [DataRow("distill", "--data --image-size --student --initial-weights --teacher --teacher-network --teacher-normalization --teacher-scores --teacher-features --modalities --teacher-input --no-labels --probe --method --method-weight --soft-target-weight --global-weight --local-weight --critic --solver --negatives --teacher-views --teacher-precision --epochs --out --json")]
    [DataRow("evaluate", "--model --data --teacher --network --split --limit --json")]
    [DataRow("score", "--model --data --image-size --split --limit --part --out --json")]
    [DataRow("export", "--model --out --int8 --calibration --limit --ranges --full-range --input --features --opset --json")]
    [DataRow("info", "FILE.zip --json")]
    [DataRow("compare", "--data --pairs --methods --seeds --critic --negatives --epochs --initial-epochs --limit --teacher-normalization --teacher-precision --at-once --task --tasks --collect --out --beside-paper --json")]
    [DataRow("bench step", "--teacher-network --student --rows --batch-size --negatives --steps --json")]
    [DataRow("bench score", "--networks --seconds --json")]
    [DataRow("bench engines", "--model --data --calibration-rows --full-range --limit --json")]
    [DataRow("bench data", "--student --rows --batch-size --steps --json")]
    [DataRow("experiment modalities", "--data --limit --teacher --teacher-network --teacher-normalization --student --epochs --seeds --critic --negatives --teacher-precision --out --json")]
    [DataRow("experiment digits", "--data --student --epochs --seeds --critic --negatives --teacher-precision --out --json")]
    [DataRow("demo", "--folder")]
    public async Task Command_Help_NamesWhatItTakes(string command, string expected)
    {
        var (exitCode, output, errors) = await Tool.RunHereAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual("", errors);
        foreach (string word in expected.Split(' '))
        {
            StringAssert.Contains(output, word);
        }
    }

    [TestMethod]
    [DataRow("", "wcord")]
    [DataRow("paint", "'paint'")]
    [DataRow("data", "wcord data --help")]
    [DataRow("teach --data x", "'--out' is required")]
    [DataRow("teach --data x --out y.zip --epochs many", "'many'")]
    [DataRow("teach --data x --out y.zip --limit 0", "--limit is 0: expected at least 1")]
    [DataRow("teach --data x --out y.zip --milestones 5;7", "--milestones is '5;7'")]
    [DataRow("teach --data x --out y.zip --epochs 0", "Epochs")]
    [DataRow("teach --data x --out y.zip --network resnet21", "resnet21")]
    [DataRow("teach --data x --out no-such-folder/y.zip", "no-such-folder")]
    [DataRow("teach --data no-such-data --out y.zip", "no-such-data")]
    [DataRow("distill --data x --out y.zip", "--teacher is missing")]
    [DataRow("distill --data x --out y.zip --method magic", "'magic'")]
    [DataRow("distill --data x --out y.zip --method none+kd", "--method is 'none+kd': none trains with the labels alone. Soft targets alone are kd.")]
    [DataRow("distill --data x --out y.zip --method kd+kd", "--method is 'kd+kd': kd is soft targets already. Leave out +kd.")]
    [DataRow("distill --data x --out y.zip --method +kd", "--method is '+kd': expected wcord, crd")]
    [DataRow("distill --data x --out y.zip --teacher t.zip --method at+kd --critic Dual", "--critic has no meaning with --method at")]
    [DataRow("distill --data x --out y.zip --method none --global-weight 1", "--global-weight has no meaning")]
    [DataRow("distill --data x --out y.zip --teacher t.zip --method at --critic Dual", "--critic has no meaning with --method at")]
    [DataRow("distill --data x --out y.zip --teacher t.zip --method-weight 3", "--method-weight has no meaning with --method wcord")]
    [DataRow("distill --data x --out y.zip --method none --no-labels", "--no-labels has no meaning")]
    [DataRow("distill --data x --out y.zip --teacher t.zip --modalities rgb", "--modalities is 'rgb': expected TEACHER:STUDENT")]
    [DataRow("distill --data x --out y.zip --teacher t.zip --modalities rgb:sound", "--modalities has 'sound': expected rgb, luminance")]
    [DataRow("distill --data x --out y.zip --teacher t.zip --probe 2", "--probe is 2: expected a share")]
    [DataRow("teach --data x --out y.zip --modality rgb0", "--modality has 'rgb0'")]
    [DataRow("info no-such-file.zip", "the model 'no-such-file.zip' does not exist")]
    [DataRow("compare --data x --out y", "'--pairs' is required")]
    [DataRow("compare --data x --out y --pairs resnet56", "--pairs has 'resnet56': expected TEACHER.safetensors:STUDENT")]
    [DataRow("compare --data x --out y --pairs no-such-file:resnet8", "the file 'no-such-file' does not exist")]
    [DataRow("compare --data x --out y --pairs no-such-file:resnet9", "there is no network 'resnet9'")]
    [DataRow("compare --data x --out y --pairs no-such-file:resnet8 --methods kd,magic+kd", "--methods has 'magic+kd': expected wcord, crd")]
    [DataRow("compare --data x --out y --pairs no-such-file:resnet8 --methods kd,none+kd", "--methods has 'none+kd': none trains with the labels alone")]
    [DataRow("experiment digits --data no-such-folder", "no-such-folder")]
    [DataRow("experiment digits --data x --seeds 1;2", "--seeds is '1;2'")]
    [DataRow("evaluate --data x", "--model FILE.zip or --teacher")]
    [DataRow("evaluate --data x --model a.zip --teacher b.safetensors", "--model FILE.zip or --teacher")]
    [DataRow("evaluate --data no-such-data --model a.zip", "a.zip")]
    [DataRow("score --data x", "'--model' is required")]
    [DataRow("data info --data no-such-data", "no-such-data")]
    [DataRow("data info no-such-data", "no-such-data")]
    [DataRow("data info", "no folder is named: expected one, as 'info DIR' or by --data DIR.")]
    [DataRow("data sample a --out b", "two folders are named, 'a' and 'b': expected one, as 'sample DIR' or by --out DIR.")]
    [DataRow("data download --json", "no folder is named")]
    [DataRow("data download --out x --url ftp://y", "--url is 'ftp://y'")]
    [DataRow("data sample --out x --train 0", "--train is 0")]
    public async Task Command_BadInput_FailsWithOneMessage(string command, string expected)
    {
        var (exitCode, output, errors) = await Tool.RunHereAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.AreEqual(1, exitCode, output);
        Assert.AreEqual("", output);
        StringAssert.StartsWith(errors, "wcord");
        StringAssert.Contains(errors, expected);
        Assert.DoesNotContain("   at ", errors);
    }
}
