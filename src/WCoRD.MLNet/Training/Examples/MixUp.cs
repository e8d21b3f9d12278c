namespace WCoRD.MLNet;

/// <summary>MixUp (Zhang et al., 2018): each image becomes a blend with another one of its batch.</summary>
/// <remarks>
/// One share for a batch, from <c>Beta(alpha, alpha)</c>; the greater part is called the example's own. That gives the same mixtures, for a
/// share below 1/2 mixes every pair the other way round.
/// </remarks>
/// <param name="alpha">In (0, 1].</param>
internal sealed class MixUp(double alpha)
{
    /// <summary>Draws how a batch is mixed.</summary>
    public Mixture Draw(int batch, Random random)
    {
        double share = Share(random);
        long[] partners = [.. Enumerable.Range(0, batch).Select(i => (long)i)];
        random.Shuffle(partners);
        return new Mixture(Math.Max(share, 1 - share), partners);
    }

    // Joehnk's way, in logarithms so that a small alpha does not underflow: x / (x + y) of x = u^(1/a), y = v^(1/a) where x + y <= 1.
    private double Share(Random random)
    {
        while (true)
        {
            double x = Math.Log(1 - random.NextDouble()) / alpha, y = Math.Log(1 - random.NextDouble()) / alpha;
            if (Math.Exp(x) + Math.Exp(y) <= 1)
            {
                return 1 / (1 + Math.Exp(y - x));
            }
        }
    }
}
