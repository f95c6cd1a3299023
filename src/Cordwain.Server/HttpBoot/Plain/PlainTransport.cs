using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>Puts the plain way beneath the web server: it asks here for its connections.</summary>
sealed class PlainTransport(PlainSurroundings around) : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new PlainListener(endpoint, around));
}
