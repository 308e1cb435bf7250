package dev.hone.reward.code;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in a reply: its last fenced block that names the language, else its last one. A block that is not closed is none. */
final class CodeBlock {
    /** Opened anywhere, as behind a tag; closed at the start of a line, as backticks may stand in code. */
    private static final Pattern BLOCK = Pattern.compile("(?s)```([^\\n`]*)\\n(.*?\\n)??[ \\t]*```");

    private CodeBlock() {}

    static Optional<String> last(String reply, Language language) {
        String any = null;
        String named = null;
        Matcher block = BLOCK.matcher(reply.replace("\r\n", "\n"));
        while (block.find()) {
            any = block.group(2) == null ? "" : block.group(2);
            if (language.isNamed(block.group(1))) {
                named = any;
            }
        }
        return Optional.ofNullable(named == null ? any : named);
    }
}
