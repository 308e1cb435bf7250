package dev.hone.hub;

import dev.hone.error.StoppedException;
import dev.hone.files.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The transfer of one file's content to its place among the blobs. It is written beside that place, goes on where an earlier attempt or
 * an earlier process stopped, and is moved there only when its length and its hash are those that the hub lists.
 */
final class BlobDownload {
    private static final int BUFFER = 1 << 20;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d*/(\\d{1,18}|\\*)");

    private final HubFile file;
    private final HubHttp.Question question;
    private final HubHttp http;
    private final Path blob;
    private final Path partial;
    private final LongConsumer moved;
    private final Attempts attempts;

    private MessageDigest digest;
    private long have;
    private long furthest;
    private boolean begunAgain;

    /**
     * @param moved gets how many bytes more are there; negative where some are dropped
     */
    BlobDownload(
            HubFile file,
            URI address,
            String repository,
            String commit,
            Path blob,
            HubHttp http,
            Attempts attempts,
            LongConsumer moved) {
        this.file = file;
        this.question = HubHttp.Question.get(address, repository, commit);
        this.http = http;
        this.blob = blob;
        this.partial = partial(blob);
        this.moved = moved;
        this.attempts = attempts;
        this.digest = file.digest();
    }

    /** Where what is there of a blob lies; a name of hone's own, as other tools do not verify what they go on with. */
    static Path partial(Path blob) {
        return blob.resolveSibling(blob.getFileName() + ".hone.incomplete");
    }

    /** How much an earlier process left. */
    static long begun(Path blob) {
        try {
            return Files.exists(partial(blob)) ? Files.size(partial(blob)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * Fetches it.
     *
     * @throws HubException if it cannot be had; what is there of it is kept, unless it is wrong
     * @throws StoppedException if the observer asks to stop; what is there is kept
     */
    void run() {
        try {
            Files.createDirectories(blob.getParent());
            try (FileChannel out = FileChannel.open(
                    partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                takeUp(out);
                while (!isWhole(out)) {
                    attempt(out);
                }
                out.force(true);
            }
            Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            AtomicFiles.forceFolder(blob.getParent());
        } catch (IOException e) {
            throw HubException.writing(partial, e);
        }
    }

    /** Goes on with what an earlier process left, which is hashed first. */
    private void takeUp(FileChannel out) throws IOException {
        if (out.size() > file.size()) {
            out.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (out.read(buffer) > 0) {
            have += buffer.position();
            moved.accept(buffer.position());
            buffer.flip();
            digest.update(buffer);
            buffer.clear();
        }
    }

    private void restart(FileChannel out) throws IOException {
        out.truncate(0);
        out.position(0);
        moved.accept(-have);
        have = 0;
        digest = file.digest();
    }

    /** Whether all is there and right; what is wrong is dropped, and once fetched anew. */
    private boolean isWhole(FileChannel out) throws IOException {
        if (have < file.size()) {
            return false;
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (found.equals(file.blob())) {
            return true;
        }
        restart(out);
        if (begunAgain) {
            throw new HubException(file.path() + ": what arrives is not what the hub lists (its "
                    + (file.isLarge() ? "SHA-256" : "git hash") + " is " + found + " and should be " + file.blob()
                    + "); it is not kept; is something between here and the hub changing it?");
        }
        begunAgain = true;
        return false;
    }

    /** Fetches what is missing, as far as the connection lasts; the disk's failures are thrown. */
    private void attempt(FileChannel out) throws IOException {
        try (HubHttp.Answer answer = http.ask(have == 0 ? question : question.with("Range", "bytes=" + have + "-"))) {
            begin(answer, out);
            copy(answer.body(), out);
            if (have < file.size()) {
                throw new TransientException("the connection was dropped");
            }
        } catch (DiskException e) {
            throw e.cause;
        } catch (HubHttp.RangeException e) {
            restart(out);
            attempts.failed(e);
        } catch (IOException e) {
            attempts.failed(e);
        }
    }

    /** A failure to write, which no further attempt mends. */
    private static final class DiskException extends IOException {
        private static final long serialVersionUID = 1;
        private final IOException cause;

        DiskException(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    /** Compares what is about to come with what is wanted. */
    private void begin(HubHttp.Answer answer, FileChannel out) throws IOException {
        if (have > 0 && answer.status() == 206) {
            Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range"));
            if (!range.matches() || Long.parseLong(range.group(1)) != have) {
                restart(out);
                throw new TransientException("the server sends another part than it was asked for");
            }
        } else if (have > 0) { // it sends all of it
            restart(out);
        }
        long announced = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (announced >= 0 && have + announced != file.size()) {
            String message = "the server sends " + (have + announced) + " bytes where the hub lists " + file.size();
            if (have > 0) {
                restart(out);
            }
            throw new TransientException(message);
        }
    }

    private void copy(InputStream in, FileChannel out) throws IOException {
        byte[] bytes = new byte[BUFFER];
        while (true) {
            int read = in.read(bytes);
            if (read < 0) {
                return;
            }
            if (have + read > file.size()) {
                discard(out);
                throw new TransientException(
                        "the server sends more than the " + file.size() + " bytes that the hub lists");
            }
            try {
                out.position(have);
                AtomicFiles.put(out, ByteBuffer.wrap(bytes, 0, read));
            } catch (IOException e) {
                throw new DiskException(e);
            }
            digest.update(bytes, 0, read);
            have += read;
            moved.accept(read);
            if (have > furthest) { // bytes that came before prove nothing
                furthest = have;
                attempts.progressed();
            }
        }
    }

    private void discard(FileChannel out) throws DiskException {
        try {
            restart(out);
        } catch (IOException e) {
            throw new DiskException(e);
        }
    }
}
