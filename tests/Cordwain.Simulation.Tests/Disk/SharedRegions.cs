using System.Runtime.InteropServices;

namespace Cordwain.Simulation.Tests.Disk;

/// <summary>Regions of memory outside the collector's reach, for the index of a write-ahead log.</summary>
sealed unsafe class SharedRegions
{
    readonly List<nint> _regions = [];

    /// <returns>Null when the region is not there and is not to be made.</returns>
    public void* Map(int index, int size, bool make)
    {
        while (make && _regions.Count <= index)
            _regions.Add((nint)NativeMemory.AllocZeroed((nuint)size));
        return index < _regions.Count ? (void*)_regions[index] : null;
    }

    public void Free()
    {
        foreach (var region in _regions)
            NativeMemory.Free((void*)region);
        _regions.Clear();
    }
}
