namespace WCoRD.MLNet;

/// <summary>The cheapest transport of equal rows onto equal columns, in whole units.</summary>
/// <remarks>
/// Successive shortest paths with potentials u, v (Jonker and Volgenant 1987; for n = m it is their assignment, of n paths of at most
/// <c>O(n m)</c> each). Rows hold <c>m / gcd(n, m)</c> units and columns take <c>n / gcd(n, m)</c>: the least whole ones. Throughout
/// <c>C_ij - u_i - v_j</c> is at least 0, and 0 where anything is carried, which makes the end optimal (complementary slackness).
/// </remarks>
internal sealed class ShortestAugmentingPaths
{
    private const int None = -1;
    private readonly double[] _costs;
    private readonly int _rows;
    private readonly int _columns;
    private readonly long[] _units;
    private readonly long[] _taken;
    private readonly long _taking;
    private readonly double[] _u;
    private readonly double[] _v;
    private readonly double[] _rowDistance;
    private readonly double[] _columnDistance;

    // The row before a column on its shortest path, and the column before a row.
    private readonly int[] _rowBefore;
    private readonly int[] _columnBefore;
    private readonly bool[] _rowSeen;
    private readonly bool[] _columnSeen;

    private ShortestAugmentingPaths(double[] costs, int rows, int columns, long taking)
    {
        (_costs, _rows, _columns, _taking) = (costs, rows, columns, taking);
        _units = new long[costs.Length];
        (_taken, _v, _columnDistance) = (new long[columns], new double[columns], new double[columns]);
        (_rowBefore, _columnSeen) = (new int[columns], new bool[columns]);
        _u = [.. costs.Chunk(columns).Select(row => row.Min())];
        (_rowDistance, _columnBefore, _rowSeen) = (new double[rows], new int[rows], new bool[rows]);
    }

    /// <param name="costs">Finite, row by row.</param>
    /// <param name="rows">n.</param>
    /// <param name="columns">m.</param>
    /// <returns>The units carried, row by row; their sum is the least common multiple of n and m.</returns>
    public static long[] Find(double[] costs, int rows, int columns)
    {
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(rows, columns);
        var paths = new ShortestAugmentingPaths(costs, rows, columns, rows / divisor);
        for (int row = 0; row < rows; row++)
        {
            for (long left = columns / divisor; left > 0;)
            {
                left -= paths.Carry(paths.FindPath(row), row, left);
            }
        }

        return paths._units;
    }

    /// <summary>Dijkstra's search from a row to the nearest column that still takes something.</summary>
    private int FindPath(int from)
    {
        Array.Fill(_columnDistance, double.PositiveInfinity);
        Array.Clear(_rowSeen);
        Array.Clear(_columnSeen);
        Reach(from, None, 0);
        while (true)
        {
            int nearest = None;
            for (int column = 0; column < _columns; column++)
            {
                if (!_columnSeen[column] && (nearest == None || _columnDistance[column] < _columnDistance[nearest]))
                {
                    nearest = column;
                }
            }

            double distance = _columnDistance[nearest];
            if (_taken[nearest] < _taking)
            {
                MovePotentials(distance);
                return nearest;
            }

            _columnSeen[nearest] = true;
            for (int row = 0; row < _rows; row++)
            {
                if (!_rowSeen[row] && _units[(row * _columns) + nearest] > 0)
                {
                    Reach(row, nearest, distance);
                }
            }
        }
    }

    private void Reach(int row, int columnBefore, double distance)
    {
        (_rowSeen[row], _columnBefore[row], _rowDistance[row]) = (true, columnBefore, distance);
        ReadOnlySpan<double> costs = _costs.AsSpan(row * _columns, _columns);
        double before = distance - _u[row];
        for (int column = 0; column < costs.Length; column++)
        {
            double there = before + costs[column] - _v[column];
            if (!_columnSeen[column] && there < _columnDistance[column])
            {
                (_columnDistance[column], _rowBefore[column]) = (there, row);
            }
        }
    }

    private void MovePotentials(double distance)
    {
        for (int row = 0; row < _rows; row++)
        {
            _u[row] += _rowSeen[row] ? distance - _rowDistance[row] : 0;
        }

        for (int column = 0; column < _columns; column++)
        {
            _v[column] -= _columnSeen[column] ? distance - _columnDistance[column] : 0;
        }
    }

    /// <summary>Carries along the path as much as its row has, its column takes, and the steps back give up.</summary>
    private long Carry(int to, int from, long left)
    {
        long most = Math.Min(left, _taking - _taken[to]);
        for (int row = _rowBefore[to]; row != from; row = _rowBefore[_columnBefore[row]])
        {
            most = Math.Min(most, _units[(row * _columns) + _columnBefore[row]]);
        }

        _taken[to] += most;
        for (int column = to; column != None; column = _columnBefore[_rowBefore[column]])
        {
            int row = _rowBefore[column];
            _units[(row * _columns) + column] += most;
            if (_columnBefore[row] != None)
            {
                _units[(row * _columns) + _columnBefore[row]] -= most;
            }
        }

        return most;
    }
}
