package dev.hone.cli;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** Keys from a terminal that delivers each at once; arrows are escape sequences. Unknown keys are ignored. */
record PressedKeys(Reader in) implements KeySource {
    private static final int ESCAPE = 0x1B;
    private static final int END = 0x04;
    private static final int INTERRUPT = 0x03;
    private static final int BACKSPACE = 0x08;
    private static final int DELETE = 0x7F;
    /** How long the rest of an escape sequence may take; the Escape key alone sends no rest. */
    private static final int PATIENCE_MILLIS = 50;

    @Override
    public JudgingKey next() throws IOException {
        Optional<JudgingKey> key = Optional.empty();
        while (key.isEmpty()) {
            int c = in.read();
            key = switch (c) {
                case -1, END, INTERRUPT -> Optional.of(JudgingKey.QUIT);
                case ' ', '=' -> Optional.of(JudgingKey.TIE);
                case BACKSPACE, DELETE -> Optional.of(JudgingKey.BACK);
                case ESCAPE -> sequence();
                default -> JudgingKey.of(Character.toString(c));
            };
        }
        return key.get();
    }

    /** {@code ESC [ A} or {@code ESC O A} is an arrow, {@code ESC [ 5 ~} a page; every sequence ends with a letter or a tilde. */
    private Optional<JudgingKey> sequence() throws IOException {
        if (!follows()) {
            return Optional.empty();
        }
        int kind = in.read();
        if (kind != '[' && kind != 'O') {
            return Optional.empty();
        }
        StringBuilder sequence = new StringBuilder();
        int c;
        do {
            c = in.read();
            sequence.append((char) c);
        } while (c >= ' ' && c < '@');
        return switch (sequence.toString()) {
            case "A", "5~" -> Optional.of(JudgingKey.UP);
            case "B", "6~" -> Optional.of(JudgingKey.DOWN);
            case "C" -> Optional.of(JudgingKey.RIGHT);
            case "D" -> Optional.of(JudgingKey.LEFT);
            default -> Optional.empty();
        };
    }

    private boolean follows() throws IOException {
        if (in.ready()) {
            return true;
        }
        try {
            Thread.sleep(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return in.ready();
    }
}
