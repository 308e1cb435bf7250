package dev.hone.testkit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of this machine until a chosen change of them, counted from 1: there the process ends, or from there on the disk
 * is full. A change is a folder made, a file opened for writing, written, forced or cut, a rename or a deletion; a write at
 * which something happens puts down half of its bytes.
 */
public final class FaultyFiles extends FileSystemProvider {
    /** What happens. */
    public enum Fault {
        /** Nothing is done from there on, not even what cleans up. */
        DEATH,
        /** Nothing more can be written; what is there can be renamed and deleted. */
        FULL_DISK
    }

    /** The end of a process, which no code survives; tests catch it outside. */
    public static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    private final Fault fault;
    private final int at;
    private int changes;

    private FaultyFiles(Fault fault, int at) {
        this.fault = fault;
        this.at = at;
    }

    /** The same place, seen through files that fail at the given change. */
    public static Path at(Path place, Fault fault, int change) {
        return new FaultyFiles(fault, change).wrap(place.toAbsolutePath());
    }

    /** Counts a change; true if it fails, and then half of it has to be done before {@link #fail}. */
    boolean fails(boolean writes) {
        changes++;
        return fault == Fault.DEATH ? changes >= at : writes && changes >= at;
    }

    /** Whether this change is the first that fails. */
    boolean isFirst() {
        return changes == at;
    }

    IOException fail() {
        if (fault == Fault.DEATH) {
            throw new Death();
        }
        return new IOException("No space left on device");
    }

    private void change(boolean writes) throws IOException {
        if (fails(writes)) {
            throw fail();
        }
    }

    private Path wrap(Path real) {
        return (Path) Proxy.newProxyInstance(
                FaultyFiles.class.getClassLoader(),
                new Class<?>[] {Path.class, Seen.class},
                (self, method, arguments) -> {
                    switch (method.getName()) {
                        case "real":
                            return real;
                        case "getFileSystem":
                            return system;
                        case "iterator":
                            List<Path> names = new ArrayList<>();
                            real.forEach(name -> names.add(wrap(name)));
                            return names.iterator();
                        default:
                            Object[] given = arguments == null ? new Object[0] : arguments.clone();
                            for (int i = 0; i < given.length; i++) {
                                given[i] = given[i] instanceof Path path ? real(path) : given[i];
                            }
                            try {
                                Object result = method.invoke(real, given);
                                return result instanceof Path path ? wrap(path) : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                    }
                });
    }

    /** A path that is seen through these files. */
    interface Seen {
        Path real();
    }

    private static Path real(Path path) {
        return path instanceof Seen seen ? seen.real() : path;
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.WRITE)) {
            change(options.contains(StandardOpenOption.CREATE));
        }
        return new FaultyChannel(FileChannel.open(real(path), options, attributes), this);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        change(true);
        Files.createDirectory(real(folder), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        change(false);
        Files.delete(real(path));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        change(true);
        Files.copy(real(from), real(to), options);
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        change(false);
        Files.move(real(from), real(to), options);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(real(folder), path -> filter.accept(wrap(path)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                Iterator<Path> paths = stream.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return paths.hasNext();
                    }

                    @Override
                    public Path next() {
                        return wrap(paths.next());
                    }
                };
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return Files.isSameFile(real(one), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return Files.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        Path real = real(path);
        real.getFileSystem().provider().checkAccess(real, modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return Files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        return Files.readAttributes(real(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
        Files.setAttribute(real(path), name, value, options);
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    private final FileSystem system = new FileSystem() {
        @Override
        public FileSystemProvider provider() {
            return FaultyFiles.this;
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return java.io.File.separator;
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return List.of();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return List.of();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return Set.of("basic");
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrap(Path.of(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    };
}
