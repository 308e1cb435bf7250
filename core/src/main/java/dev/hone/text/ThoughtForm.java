package dev.hone.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a template is given the reasoning of a turn, and how its model writes reasoning that the template leaves out of a turn that is
 * there. Both are read from the template's text: some call it {@code thinking} (gpt-oss), some want it as a part of the content (Ministral),
 * and some write only the answer of any turn although the model begins with its reasoning (Gemma 4, SmolLM3, DeepSeek V3.1).
 *
 * @param key what the template calls it, beside {@code reasoning_content}; null where it knows that name
 * @param parts whether the template reads it as a part of the content
 * @param open what begins it in a reply; empty where the template knows of none
 * @param close what ends it
 */
record ThoughtForm(@Nullable String key, boolean parts, String open, String close) {
    private static final Pattern PART = Pattern.compile("\\[['\"]type['\"]\\] == ['\"]thinking['\"]");
    private static final String CHANNEL = "<|channel>thought";

    static ThoughtForm of(String template) {
        String key = null;
        if (!template.contains("reasoning_content")) {
            for (String other : List.of("thinking", "reasoning", "thought")) {
                if (key == null
                        && Pattern.compile("\\bmessage(\\." + other + "\\b|\\[['\"]" + other + "['\"]\\])")
                                .matcher(template)
                                .find()) {
                    key = other;
                }
            }
        }
        boolean parts = PART.matcher(template).find();
        if (template.contains(CHANNEL)) {
            return new ThoughtForm(key, parts, CHANNEL + "\n", "\n<channel|>");
        }
        if (!template.contains("<think>")) {
            return new ThoughtForm(key, parts, "", "");
        }
        boolean lines = template.contains("<think>\\n") || template.contains("\\n</think>");
        String after = template.contains("</think>\\n\\n") ? "\n\n" : template.contains("</think>\\n") ? "\n" : "";
        return lines
                ? new ThoughtForm(key, parts, "<think>\n", "\n</think>" + after)
                : new ThoughtForm(key, parts, "<think>", "</think>" + after);
    }

    /** A turn as the template sees it. */
    Map<String, @Nullable Object> shown(Message turn, Message.Form form) {
        Map<String, @Nullable Object> variables = turn.variables(form);
        String reasoning = turn.reasoning();
        if (reasoning == null) {
            return variables;
        }
        if (key != null) {
            variables.putIfAbsent(key, reasoning);
        }
        if (parts && turn.role() == Message.Role.ASSISTANT) {
            List<Map<String, String>> content = new ArrayList<>();
            content.add(Map.of("type", "thinking", "thinking", reasoning));
            if (!turn.content().isEmpty()) {
                content.add(Map.of("type", "text", "text", turn.content()));
            }
            variables.put("content", content);
        }
        return variables;
    }

    /**
     * A reply with the reasoning that the template left out, as the model writes it before the rest. Where the prompt has ended the reasoning
     * already, there is none: the model could not write it there.
     */
    RenderedReply added(RenderedReply written, Message turn) {
        String reasoning = turn.reasoning();
        if (reasoning == null || reasoning.isBlank() || open.isEmpty() || written.marked() != null) {
            return written;
        }
        String begun = written.prompt().stripTrailing();
        boolean there = written.reply().contains(reasoning.strip());
        if (begun.endsWith(close.strip())) {
            int end = there && open.startsWith(CHANNEL) ? written.reply().indexOf(close) : -1;
            return end < 0
                    ? written
                    : new RenderedReply(written.prompt(), written.reply().substring(end + close.length()), null);
        }
        if (there) {
            return written;
        }
        if (written.reply().startsWith(close)) {
            return new RenderedReply(written.prompt(), reasoning.strip() + written.reply(), null);
        }
        String opening = begun.endsWith(open.strip())
                ? open.substring(Math.min(
                        open.length(), open.strip().length() + written.prompt().length() - begun.length()))
                : open;
        return new RenderedReply(written.prompt(), opening + reasoning.strip() + close + written.reply(), null);
    }
}
