namespace Cordwain.Content.Loaders;

/// <summary>A loader, or a part of one, as it is served.</summary>
/// <param name="Name">The name under which machines ask for it.</param>
/// <param name="Path">Where it lies on this machine; links are followed.</param>
/// <param name="Package">The Debian package it comes from; null: a folder of the operator's.</param>
public sealed record LoaderFile(string Name, string Path, string? Package);
