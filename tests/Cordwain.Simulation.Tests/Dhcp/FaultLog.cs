using Cordwain.Server.Dhcp;
using Microsoft.Extensions.Logging;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>Keeps the first fault of the engine's own; that the disk fails is no fault of it.</summary>
sealed class FaultLog : ILogger<DhcpEngine>
{
    const int NotStored = 2032;

    public string? Fault { get; private set; }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error && eventId.Id != NotStored && exception is not Kernel.Violation)
            Fault ??= $"{formatter(state, exception)} {exception}";
    }
}
