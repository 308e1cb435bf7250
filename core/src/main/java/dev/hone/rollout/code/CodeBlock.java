package dev.hone.rollout.code;

import java.util.Optional;

/** The program in a reply: its last fenced block that names the language, else its last one. A block that is not closed is none. */
final class CodeBlock {
    private static final String FENCE = "```";

    private CodeBlock() {}

    static Optional<String> last(String reply, Language language) {
        String any = null;
        String named = null;
        String label = null;
        StringBuilder block = new StringBuilder();
        for (String line : reply.split("\\R", -1)) {
            String bare = line.strip();
            if (label == null) {
                if (bare.startsWith(FENCE)) {
                    label = bare.substring(FENCE.length());
                    block.setLength(0);
                }
            } else if (bare.equals(FENCE)) {
                any = block.toString();
                if (language.isNamed(label)) {
                    named = any;
                }
                label = null;
            } else {
                block.append(line).append('\n');
            }
        }
        return Optional.ofNullable(named == null ? any : named);
    }
}
