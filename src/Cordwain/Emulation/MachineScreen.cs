using System.Diagnostics;

namespace Cordwain.Emulation;

/// <summary>Shows a machine's serial console in this terminal, on its second screen where it has one, and sends keys to the machine.</summary>
/// <remarks>Where standard output is no terminal the console is written as it comes, and no keys are read.</remarks>
sealed class MachineScreen : IDisposable
{
    readonly bool _isTerminal = !Console.IsOutputRedirected && !Console.IsInputRedirected;
    volatile bool _ended;

    public MachineScreen()
    {
        if (_isTerminal)
            Console.Write("\x1b[?1049h\x1b[2J\x1b[H");
    }

    public void Show(string piece)
    {
        if (!_ended)
            Console.Write(piece);
    }

    public void KeysTo(EmulatedMachine machine)
    {
        if (!_isTerminal)
            return;
        Stty("-icanon", "-echo");   // every key at once; Ctrl-C still ends the program
        _ = Task.Run(() =>
        {
            while (!_ended && Console.In.Read() is >= 0 and var key)
                machine.Type(((char)key).ToString());
        });
    }

    public void Dispose()
    {
        _ended = true;
        if (!_isTerminal)
        {
            Console.WriteLine();
            return;
        }

        Stty("sane");
        Console.Write("\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l");
    }

    static void Stty(params string[] arguments)
    {
        using var stty = Process.Start(new ProcessStartInfo("stty", arguments));
        stty?.WaitForExit();
    }
}
