namespace Cordwain.Boot.Leases;

/// <summary>How full a network is.</summary>
/// <param name="Pool">Addresses that the pools can give: without excluded, reserved and special ones.</param>
/// <param name="Used">Addresses with a holder, reserved ones among them.</param>
/// <param name="Free">Addresses of the pools that the next stranger could get.</param>
/// <param name="Offered">Offered and not yet taken.</param>
/// <param name="Quarantined">Declined by a client, or found in use by a probe.</param>
public readonly record struct LeaseStatistics(int Pool, int Used, int Free, int Offered, int Quarantined);
