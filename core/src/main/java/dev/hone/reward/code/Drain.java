package dev.hone.reward.code;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a process prints to one of its streams, read by a thread of its own up to a limit and behind a mark. */
final class Drain {
    private final InputStream from;
    private final int limit;
    private final byte[] mark;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CountDownLatch marked = new CountDownLatch(1);
    private final Thread reader;
    private volatile boolean full;
    private volatile boolean begun;

    Drain(InputStream from, int limit, String mark) {
        this.from = from;
        this.limit = limit;
        this.mark = Sandbox.bytes(mark);
        reader = new Thread(this::drain);
        reader.setDaemon(true);
        reader.start();
    }

    private void drain() {
        try (from) {
            byte[] start = from.readNBytes(mark.length);
            begun = Arrays.equals(start, mark);
            if (!begun) {
                keep(start, start.length);
            } else {
                marked.countDown();
            }
            byte[] buffer = new byte[8192];
            for (int count = from.read(buffer); count >= 0 && !full; count = from.read(buffer)) {
                keep(buffer, count);
            }
        } catch (IOException e) {
            // closed by the end of the process
        } finally {
            marked.countDown();
        }
    }

    private synchronized void keep(byte[] buffer, int count) {
        int room = limit - read.size();
        read.write(buffer, 0, Math.min(count, room));
        full |= count > room;
    }

    /** Whether the mark came first; false where something else did or nothing in time. */
    boolean awaitMark(long seconds) throws InterruptedException {
        return marked.await(seconds, TimeUnit.SECONDS) && begun;
    }

    /** Waits for the stream's end, which comes with that of the last process that could write to it. */
    void await() throws InterruptedException {
        reader.join(1000);
    }

    /** Whether more came than is kept; then nothing more is read. */
    boolean isFull() {
        return full;
    }

    synchronized byte[] bytes() {
        return read.toByteArray();
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }
}
