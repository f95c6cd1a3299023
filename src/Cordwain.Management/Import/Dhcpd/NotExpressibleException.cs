namespace Cordwain.Management.Import.Dhcpd;

/// <summary>Ends the reading of one expression; never leaves <see cref="DhcpdExpressions"/>.</summary>
sealed class NotExpressibleException(string why) : Exception(why);
