using System.IO.Pipelines;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>A connection's input with the bytes in front that were read of it before.</summary>
sealed class HandedTransport(ReadOnlyMemory<byte> read, IDuplexPipe inner) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(new Rejoined(read, inner.Input.AsStream()));

    public PipeWriter Output => inner.Output;

    sealed class Rejoined(ReadOnlyMemory<byte> first, Stream rest) : Stream
    {
        ReadOnlyMemory<byte> _first = first;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_first.IsEmpty)
                return rest.ReadAsync(buffer, cancellationToken);
            var count = Math.Min(buffer.Length, _first.Length);
            _first[..count].CopyTo(buffer);
            _first = _first[count..];
            return new(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
