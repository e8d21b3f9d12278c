namespace WCoRD.MLNet;

/// <summary>The class names: those of a file beside the data, else the official ones.</summary>
internal static class Cifar100Names
{
    public const string FineFile = "fine_label_names.txt";
    public const string CoarseFile = "coarse_label_names.txt";
    public const int FineCount = 100;
    public const int CoarseCount = 20;

    private const string OfficialFine = """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle caterpillar
        cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster
        house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree
        orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose
        sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone
        television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
        """;

    private const string OfficialCoarse = """
        aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices household_furniture insects
        large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals
        non-insect_invertebrates people reptiles small_mammals trees vehicles_1 vehicles_2
        """;

    public static string[] Fine(string folder) => Read(Path.Combine(folder, FineFile), FineCount) ?? Split(OfficialFine);

    public static string[] Coarse(string folder) => Read(Path.Combine(folder, CoarseFile), CoarseCount) ?? Split(OfficialCoarse);

    private static string[]? Read(string file, int count)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        string[] names = [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (names.Length != count)
        {
            throw new InvalidDataException(Invariant($"'{file}' has {names.Length} names: expected {count}, one on each line. ")
                + "Correct it, or remove it to take the official names.");
        }

        string? twice = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? names
            : throw new InvalidDataException(
                Invariant($"'{file}' has the name '{twice}' more than once: expected {count} different names. ")
                    + "Correct it, or remove it to take the official names.");
    }

    private static string[] Split(string names) => names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
