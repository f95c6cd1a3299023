using System.Globalization;
using System.Runtime.CompilerServices;

namespace Cordwain.Boot.Decisions;

/// <summary>Text of a trace that is put together only for a question whose asker wants words: the parts in braces are not even looked at otherwise.</summary>
/// <remarks>Used through <see cref="Question.Say"/>. Packets are decided without words; whoever reads the trace has the same rules asked again, with them.</remarks>
[InterpolatedStringHandler]
ref struct Wording
{
    DefaultInterpolatedStringHandler _text;

    public Wording(int literalLength, int formattedCount, Question question, out bool isWanted)
    {
        isWanted = question.WantsWords;
        if (isWanted)
            _text = new(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public override string ToString() => _text.ToStringAndClear();
}
