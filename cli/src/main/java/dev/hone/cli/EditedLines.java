package dev.hone.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp;
import org.jspecify.annotations.Nullable;

/**
 * Lines that a person edits on a terminal: arrows, history, wide characters, text pasted as a whole. Ctrl-C clears a line; on an empty
 * one it warns, and ends the chat at the second time. Ctrl-D ends it at once.
 *
 * <p>From its opening on, keys are not echoed by the terminal itself: what is typed while a model is read or a reply comes waits for the
 * next prompt. Closing it, or the end of the process, restores the terminal.
 */
final class EditedLines implements ChatInput {
    static final String PROMPT = "> ";
    private static final int REMEMBERED = 1000;

    private final Terminal terminal;
    private final LineReader reader;

    /**
     * Edits on a terminal, which is closed with it.
     *
     * @param commands offered on the tab key
     * @param history file of the lines typed before; null: they are not kept
     */
    EditedLines(Terminal terminal, List<String> commands, @Nullable Path history) {
        this.terminal = terminal;
        DefaultParser parser = new DefaultParser(); // a chat's quotes and backslashes are text
        parser.setQuoteChars(new char[0]);
        parser.setEscapeChars(new char[0]);
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser)
                .history(new DefaultHistory())
                .completer((r, line, candidates) -> commands.stream()
                        .filter(command -> line.wordIndex() == 0 && line.word().startsWith("/"))
                        .map(Candidate::new)
                        .forEach(candidates::add))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // an exclamation mark is text too
                .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
                .variable(LineReader.BELL_STYLE, "none")
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "")
                .variable(LineReader.HISTORY_SIZE, REMEMBERED)
                .variable(LineReader.HISTORY_FILE_SIZE, REMEMBERED)
                .build();
        if (history != null) {
            reader.setVariable(LineReader.HISTORY_FILE, history);
        }
        terminal.enterRawMode();
    }

    /** The terminal of this process; Ctrl-C ends the process where nothing else handles it. */
    static EditedLines onTerminal(List<String> commands) throws IOException {
        Terminal terminal = TerminalBuilder.builder()
                .name("hone")
                .encoding(StandardStream.IN.charset())
                .nativeSignals(true)
                .signalHandler(signal -> {
                    if (signal == Terminal.Signal.INT) {
                        System.exit(Exit.INTERRUPTED.code());
                    }
                })
                .build();
        terminal.handle(Terminal.Signal.TSTP, Terminal.SignalHandler.SIG_DFL); // Ctrl-Z
        return new EditedLines(terminal, commands, history().orElse(null));
    }

    /** What was typed before this program could keep the terminal from echoing it is removed; it comes again after the prompt. */
    @Override
    public void greet(String hint) {
        terminal.writer().print("\r");
        terminal.puts(InfoCmp.Capability.clr_eol);
        say(hint);
    }

    @Override
    public Optional<String> next(boolean interrupted) {
        boolean leaving = interrupted;
        while (true) {
            try {
                return Optional.of(reader.readLine(PROMPT));
            } catch (UserInterruptException e) {
                if (!e.getPartialLine().isBlank()) {
                    continue;
                }
                if (leaving) {
                    return Optional.empty();
                }
                leaving = true;
                say("(Ctrl-C once more, or Ctrl-D, ends the conversation)");
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }

    private void say(String line) {
        PrintWriter out = terminal.writer();
        out.println(line);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }

    /**
     * The file that keeps what was typed, in the folder where the system keeps the state of a user's programs. Only the user can read it.
     * Empty where it cannot be written.
     */
    private static Optional<Path> history() {
        Path file = stateFolder().resolve("chat-history");
        try {
            Files.createDirectories(file.getParent());
            if (Files.notExists(file)) {
                boolean posix = Files.getFileStore(file.getParent()).supportsFileAttributeView("posix");
                if (posix) {
                    Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                } else {
                    Files.createFile(file);
                }
            }
            return Files.isWritable(file) ? Optional.of(file) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path stateFolder() {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        String given = System.getenv(windows ? "LOCALAPPDATA" : "XDG_STATE_HOME");
        Path home = Path.of(System.getProperty("user.home", "."));
        return given != null && Path.of(given).isAbsolute()
                ? Path.of(given, "hone")
                : home.resolve(windows ? "AppData/Local/hone" : ".local/state/hone");
    }
}
