package dev.hone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where native libraries are unpacked to be loaded: below the user's home. Where that cannot be written, the libraries' own loaders take
 * folders of the temporary folder whose names anybody can guess, and so fill beforehand; here it is one that only this user can write.
 */
final class NativeCache {
    private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";
    private static final String DJL = "DJL_CACHE_DIR";
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

    private NativeCache() {}

    /** Decides it for this process, before any library is loaded. */
    static void keepPrivate() {
        Path home = Path.of(System.getProperty("user.home", "."));
        if (Files.isDirectory(home) && Files.isWritable(home)) {
            return;
        }
        try {
            Path folder = folder(Path.of(System.getProperty("java.io.tmpdir")));
            set(JAVACPP, folder.resolve("javacpp"));
            set(DJL, folder.resolve("djl"));
        } catch (IOException | UnsupportedOperationException e) {
            // no folder can be made: the loaders will say so
        }
    }

    /** The folder of an earlier call, if it is this user's alone; else a new one of a name that cannot be guessed. */
    static Path folder(Path temporary) throws IOException {
        Path known = temporary.resolve("hone-natives-" + System.getProperty("user.name", "user"));
        Path fresh = Files.createTempDirectory(temporary, "hone-natives-"); // for its owner alone
        boolean own = Files.isDirectory(known, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(known, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(fresh))
                && Files.getPosixFilePermissions(known, LinkOption.NOFOLLOW_LINKS)
                        .equals(OWN);
        if (own) {
            Files.delete(fresh);
            return known;
        }
        return Files.exists(known, LinkOption.NOFOLLOW_LINKS) ? fresh : Files.move(fresh, known);
    }

    private static void set(String property, Path folder) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, folder.toString());
        }
    }
}
