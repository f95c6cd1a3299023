using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>What the workers of the plain way share with each other and with the web server's way.</summary>
sealed record PlainSurroundings(
    HttpBootSettings Settings, IBootFiles Files, IBootJournal Journal, TimeProvider Time, HttpCounters Counters, ConnectionLimits Limits, Action<string, Ipv4Address, Exception> Failed);

/// <summary>A connection on its way to the web server.</summary>
/// <param name="Read">What was read of it and is not answered.</param>
sealed record HandedConnection(StreamSocket Socket, Ipv4Address Peer, byte[] Read, ReadSeries? Series);
