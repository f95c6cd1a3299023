using Microsoft.Extensions.Primitives;

namespace Cordwain.Server.HttpBoot;

/// <summary>What a request says about the answer it wants, whoever read it.</summary>
/// <param name="IsHead">HEAD; otherwise GET.</param>
readonly record struct RequestConditions(bool IsHead)
{
    public StringValues Range { get; init; }

    public StringValues IfRange { get; init; }

    public StringValues IfNoneMatch { get; init; }

    public StringValues IfModifiedSince { get; init; }
}
