namespace WCoRD.MLNet;

/// <summary>Paints one image of a class.</summary>
/// <remarks>
/// Only additions, multiplications, divisions and square roots, which IEEE 754 fixes to the bit: no sine, no exponential.
/// </remarks>
internal sealed class SamplePainter(SampleRandom random)
{
    private const int Side = 32;
    private readonly double[] _canvas = new double[3 * Side * Side];

    /// <summary>Paints an image.</summary>
    /// <param name="shape">Index of the shape.</param>
    /// <param name="texture">Index of the texture.</param>
    /// <param name="pixels">Receives the planes red, green, blue.</param>
    public void Paint(int shape, int texture, Span<byte> pixels)
    {
        double[] near = Colour(20, 120);
        Background(near, Colour(20, 120));
        Clutter(random.Below(3) + 1, 0, Side, near);

        // Each shape prefers a colour, so that colour helps and does not suffice.
        double[] first = Preferred(shape);
        double[] second = [.. first.Select(value => value * random.Between(0.1, 0.35))];
        Object(shape, texture, random.Between(9, 12.5), random.Between(13.5, 18.5), random.Between(13.5, 18.5), first, second);
        Clutter(random.Below(2), 4, 28, near);

        double brightness = random.Between(0.75, 1.1);
        double noise = random.Between(4, 14);
        for (int i = 0; i < _canvas.Length; i++)
        {
            // The sum of two draws: most noise is small.
            double value = (_canvas[i] * brightness) + random.Between(-noise, noise) + random.Between(-noise, noise);
            pixels[i] = (byte)Math.Clamp(value + 0.5, 0, 255);
        }
    }

    private double[] Colour(double low, double high) => [random.Between(low, high), random.Between(low, high), random.Between(low, high)];

    // Three levels of each channel make 27 colours; the step of 7 spreads the 20 shapes over them.
    private double[] Preferred(int shape)
    {
        int colour = ((shape * 7) + 1) % 27;
        return [.. new[] { colour % 3, colour / 3 % 3, colour / 9 }.Select(level => 100 + (level * 70) + random.Between(-45, 45))];
    }

    private void Clutter(int count, double low, double high, double[] second)
    {
        for (; count > 0; count--)
        {
            int shape = random.Below(SampleShapes.Shapes.Count);
            Object(shape, 0, random.Between(1.5, 3.5), random.Between(low, high), random.Between(low, high), Colour(20, 245), second);
        }
    }

    private void Background(double[] from, double[] to)
    {
        double slopeX = random.Between(-1, 1);
        double slopeY = random.Between(-1, 1);
        double strength = random.Between(0, 0.6);
        for (int i = 0; i < _canvas.Length; i++)
        {
            int at = i % (Side * Side);
            double share = strength * (0.5 + (((slopeX * ((at % Side) - 15.5)) + (slopeY * ((at / Side) - 15.5))) / (2 * Side)));
            int channel = i / (Side * Side);
            _canvas[i] = from[channel] + ((to[channel] - from[channel]) * share);
        }
    }

    private void Object(int shape, int texture, double size, double centreX, double centreY, double[] first, double[] second)
    {
        // A rational point of the circle: up to 17 degrees either way.
        double t = random.Between(-0.15, 0.15);
        double cos = (1 - (t * t)) / (1 + (t * t));
        double sin = 2 * t / (1 + (t * t));
        double sizeX = size * random.Between(0.85, 1.15);
        double mirror = random.Below(2) == 0 ? 1 : -1;
        double period = random.Between(4.2, 6.2) / size;
        double phaseX = random.Between(0, 1);
        double phaseY = random.Between(0, 1);
        for (int at = 0; at < Side * Side; at++)
        {
            // Four points of each pixel soften the edges.
            int inFirst = 0;
            int inSecond = 0;
            for (int point = 0; point < 4; point++)
            {
                double dx = (at % Side) + 0.25 + (point % 2 * 0.5) - centreX;
                double dy = (at / Side) + 0.25 + (point / 2 * 0.5) - centreY;
                double x = mirror * ((cos * dx) + (sin * dy)) / sizeX;
                double y = ((cos * dy) - (sin * dx)) / size;
                if (SampleShapes.Covers(shape, x, y))
                {
                    bool isSecond = SampleShapes.IsSecondColour(texture, x, y, period, phaseX, phaseY);
                    inSecond += isSecond ? 1 : 0;
                    inFirst += isSecond ? 0 : 1;
                }
            }

            for (int channel = 0; channel < 3; channel++)
            {
                ref double pixel = ref _canvas[(channel * Side * Side) + at];
                pixel = ((pixel * (4 - inFirst - inSecond)) + (first[channel] * inFirst) + (second[channel] * inSecond)) / 4;
            }
        }
    }
}
