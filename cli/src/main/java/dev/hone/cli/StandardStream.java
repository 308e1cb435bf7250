package dev.hone.cli;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jline.nativ.CLibrary;
import org.jline.nativ.Kernel32;
import org.jspecify.annotations.Nullable;

/**
 * A standard stream of the process, and what stands at its other end: whether that is a terminal, how wide, and in which charset.
 *
 * <p>The system is asked about each stream on its own. {@link System#console} speaks of input and output together, so that
 * {@code 2> log} would leave it unchanged. Where the system cannot be asked, it is what is believed.
 */
enum StandardStream {
    IN(0),
    OUT(1),
    ERR(2);

    /** The width of a terminal that does not say, and of most that do. */
    static final int USUAL_COLUMNS = 80;

    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    private final int descriptor;

    StandardStream(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Whether it is a terminal, on which text may be moved over and coloured. */
    boolean isTerminal() {
        return Native.isTerminal(this);
    }

    /** Whether it is a terminal that understands escape sequences. */
    boolean isRedrawn() {
        return isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    /** The terminal's present width, which changes with its window; {@code COLUMNS}, else a usual one, where there is none. */
    int columns() {
        OptionalInt asked = isTerminal() ? Native.columns(this) : OptionalInt.empty();
        return asked.orElseGet(() -> columns(System.getenv("COLUMNS")));
    }

    /** How wide a table may be on it; in a file or a pipe as wide as it is. */
    int tableColumns() {
        return isTerminal() ? columns() : Integer.MAX_VALUE;
    }

    static int columns(@Nullable String variable) {
        boolean number = variable != null && variable.matches("[1-9][0-9]{0,4}");
        return number ? Integer.parseInt(variable) : USUAL_COLUMNS;
    }

    /**
     * What its text is written in: on a terminal what the terminal shows, in a file or a pipe UTF-8, which is what programs read.
     */
    Charset charset() {
        return isTerminal()
                ? charset(System.getProperty("stdout.encoding"), System.getProperty("sun.stdout.encoding"))
                : StandardCharsets.UTF_8;
    }

    /** The first charset that is known and is more than ASCII, which says that nobody has set a locale; else UTF-8. */
    static Charset charset(@Nullable String... names) {
        for (String name : names) {
            try {
                Charset known = name == null ? StandardCharsets.US_ASCII : Charset.forName(name);
                if (!known.equals(StandardCharsets.US_ASCII)) {
                    return known;
                }
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                // the next one
            }
        }
        return StandardCharsets.UTF_8;
    }

    /** The system's own answers, through JLine's native library. */
    private static final class Native {
        private static final boolean LOADED = load();

        private Native() {}

        /** Whether the library is there for this machine and could be loaded: it is unpacked to the folder for temporary files. */
        private static boolean load() {
            try {
                CLibrary.isatty(0);
                return true;
            } catch (LinkageError | RuntimeException e) {
                return WINDOWS && loadWindows();
            }
        }

        private static boolean loadWindows() {
            try {
                Kernel32.GetStdHandle(Kernel32.STD_INPUT_HANDLE);
                return true;
            } catch (LinkageError | RuntimeException e) {
                return false;
            }
        }

        static boolean isTerminal(StandardStream stream) {
            if (!LOADED) {
                return System.console() != null;
            }
            return WINDOWS
                    ? Kernel32.GetConsoleMode(handle(stream), new int[1]) != 0
                    : CLibrary.isatty(stream.descriptor) != 0;
        }

        static OptionalInt columns(StandardStream stream) {
            int columns = 0;
            if (LOADED && WINDOWS) {
                Kernel32.CONSOLE_SCREEN_BUFFER_INFO info = new Kernel32.CONSOLE_SCREEN_BUFFER_INFO();
                boolean found = Kernel32.GetConsoleScreenBufferInfo(handle(stream), info) != 0;
                columns = found ? info.windowWidth() : 0;
            } else if (LOADED) {
                CLibrary.WinSize size = new CLibrary.WinSize();
                boolean found = CLibrary.ioctl(stream.descriptor, CLibrary.TIOCGWINSZ, size) == 0;
                columns = found ? size.ws_col : 0;
            }
            return columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty();
        }

        private static long handle(StandardStream stream) {
            return Kernel32.GetStdHandle(
                    List.of(Kernel32.STD_INPUT_HANDLE, Kernel32.STD_OUTPUT_HANDLE, Kernel32.STD_ERROR_HANDLE)
                            .get(stream.descriptor));
        }
    }
}
