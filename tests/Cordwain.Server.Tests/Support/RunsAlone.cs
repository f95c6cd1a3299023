namespace Cordwain.Server.Tests.Support;

/// <summary>The tests that measure what the whole process has, such as its memory: no other runs beside them, whose files would count.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RunsAlone;
