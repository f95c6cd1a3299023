using Cordwain.Protocols.Wire;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>Answers that were given and would be given again, by what was asked. Bounded; used by one thread.</summary>
/// <param name="keepFor">Milliseconds: what nobody has asked for is forgotten, so that a file that was removed is not held for long.</param>
sealed class KeptAnswers(long keepFor)
{
    const int MostAnswers = 1024, MostBytes = 8 << 20;

    readonly Dictionary<int, (byte[] Question, ServedFile Answer)> _answers = [];
    long _bytes;

    public bool IsEmpty => _answers.Count == 0;

    /// <summary>The answer to the same question, if it is still true.</summary>
    /// <returns>The caller holds it one use longer.</returns>
    public ServedFile? Find(in Question question, long turn, long now)
    {
        var hash = question.Hash();
        if (!_answers.TryGetValue(hash, out var kept) || !question.Equals(kept.Question))
            return null;
        if (!kept.Answer.IsStillTrue(turn))
        {
            Forget(hash, kept.Answer);
            return null;
        }

        kept.Answer.LastUsed = now;
        kept.Answer.Hold();
        return kept.Answer;
    }

    public void Keep(in Question question, ServedFile answer, long now)
    {
        var hash = question.Hash();
        if (_answers.Remove(hash, out var other))
            Dropped(other.Answer);
        if (_answers.Count >= MostAnswers || _bytes + answer.Weight > MostBytes)
            Forget(now, olderThan: 1000);
        if (_answers.Count >= MostAnswers || _bytes + answer.Weight > MostBytes)
            return;

        answer.Hold();
        answer.LastUsed = now;
        _bytes += answer.Weight;
        _answers.Add(hash, (question.ToArray(), answer));
    }

    /// <summary>Lets go what was not used for a while.</summary>
    public void Forget(long now) => Forget(now, keepFor);

    void Forget(long now, long olderThan)
    {
        foreach (var (hash, (_, answer)) in _answers)
        {
            if (now - answer.LastUsed > olderThan)
                Forget(hash, answer);   // a dictionary may be removed from while it is walked through
        }
    }

    public void Clear()
    {
        foreach (var (hash, (_, answer)) in _answers)
            Forget(hash, answer);
    }

    void Forget(int hash, ServedFile answer)
    {
        _answers.Remove(hash);
        Dropped(answer);
    }

    void Dropped(ServedFile answer)
    {
        _bytes -= answer.Weight;
        answer.Release();
    }

    /// <summary>Everything of a request that decides what it is answered, but for what it says about ranges and versions.</summary>
    public readonly ref struct Question(Ipv4Address client, Ipv4Address server, ReadOnlySpan<byte> target, ReadOnlySpan<byte> userAgent)
    {
        readonly ReadOnlySpan<byte> _target = target;
        readonly ReadOnlySpan<byte> _userAgent = userAgent;

        public bool IsEmpty => _target.IsEmpty;

        public int Hash()
        {
            var hash = new HashCode();
            hash.Add(client.Value);
            hash.Add(server.Value);
            hash.AddBytes(_target);
            hash.AddBytes(_userAgent);
            return hash.ToHashCode();
        }

        public byte[] ToArray()
        {
            var bytes = new byte[8 + _target.Length + 1 + _userAgent.Length];
            BitConverter.TryWriteBytes(bytes, client.Value);
            BitConverter.TryWriteBytes(bytes.AsSpan(4), server.Value);
            _target.CopyTo(bytes.AsSpan(8));
            bytes[8 + _target.Length] = 0;   // no target holds one
            _userAgent.CopyTo(bytes.AsSpan(9 + _target.Length));
            return bytes;
        }

        public bool Equals(byte[] other) =>
            other.Length == 9 + _target.Length + _userAgent.Length
            && BitConverter.ToUInt32(other) == client.Value && BitConverter.ToUInt32(other, 4) == server.Value
            && other.AsSpan(8, _target.Length).SequenceEqual(_target) && other[8 + _target.Length] == 0
            && other.AsSpan(9 + _target.Length).SequenceEqual(_userAgent);
    }
}
