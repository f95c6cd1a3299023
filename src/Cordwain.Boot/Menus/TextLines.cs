using System.Text;

namespace Cordwain.Boot.Menus;

/// <summary>Collects the lines of a text, each ended by one line feed on every host.</summary>
sealed class TextLines
{
    readonly StringBuilder _text = new();
    string _indent = "";

    public TextLines Add(string line)
    {
        _text.Append(line.Length == 0 ? "" : _indent).Append(line).Append('\n');
        return this;
    }

    public void Blank() => _text.Append('\n');

    public void Indent() => _indent += "  ";

    public void Outdent() => _indent = _indent[2..];

    public override string ToString() => _text.ToString();
}
