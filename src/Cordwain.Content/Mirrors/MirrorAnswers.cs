using System.Globalization;
using System.Net;

namespace Cordwain.Content.Mirrors;

/// <summary>What a mirror's answer means for us, where it is not the file.</summary>
static class MirrorAnswers
{
    public static MirrorException Refused(Uri url, HttpResponseMessage response)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return new("CW7002", $"{MirrorClient.Shown(url)} answers {status} {response.ReasonPhrase}".TrimEnd() + ".")
        {
            IsTransient = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        };
    }

    public static MirrorException Changed(Uri url) =>
        new("CW7010", $"{MirrorClient.Shown(url)} changed while it was fetched.");
}
