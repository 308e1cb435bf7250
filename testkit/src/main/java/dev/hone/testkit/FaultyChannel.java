package dev.hone.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file of {@link FaultyFiles}. */
final class FaultyChannel extends FileChannel {
    private final FileChannel real;
    private final FaultyFiles files;

    FaultyChannel(FileChannel real, FaultyFiles files) {
        this.real = real;
        this.files = files;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (files.fails(true)) {
            if (files.isFirst()) {
                ByteBuffer half = source.duplicate();
                half.limit(half.position() + half.remaining() / 2);
                real.write(half);
            }
            throw files.fail();
        }
        return real.write(source);
    }

    @Override
    public void force(boolean metadata) throws IOException {
        if (files.fails(true)) { // a disk may notice here that it is full
            throw files.fail();
        }
        real.force(metadata);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (files.fails(false)) {
            throw files.fail();
        }
        real.truncate(size);
        return this;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return real.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return real.read(targets, offset, length);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException("nothing gathers writes so far");
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        real.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count));
        real.read(bytes, position);
        return target.write(bytes.flip());
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException("nothing is transferred in so far");
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return real.read(target, position);
    }

    @Override
    public int write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException("nothing writes at a place so far");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return real.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }
}
