namespace Cordwain.Simulation.Tests.Disk;

/// <summary>Says whether the machine still runs. It can be told to die after so many more writes, syncs and packets.</summary>
sealed class PowerSupply
{
    int _left = int.MaxValue;

    public bool IsOff { get; private set; }

    /// <summary>To be asked before everything that the world can notice.</summary>
    public bool Act()
    {
        if (!IsOff && _left != int.MaxValue && --_left < 0)
            IsOff = true;
        return !IsOff;
    }

    public void DieAfter(int actions) => _left = actions;

    public void Die() => IsOff = true;

    public void Restore() => (_left, IsOff) = (int.MaxValue, false);
}
