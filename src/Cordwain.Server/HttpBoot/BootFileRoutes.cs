using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cordwain.Server.HttpBoot;

public static class BootFileRoutes
{
    /// <summary>Serves boot files on every path that no other route of the application takes.</summary>
    public static IEndpointConventionBuilder MapBootFiles(this IEndpointRouteBuilder routes, BootFileEndpoint endpoint) =>
        routes.MapFallback("{**name}", endpoint.AnswerAsync);
}
