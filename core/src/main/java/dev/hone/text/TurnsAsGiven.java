package dev.hone.text;

import dev.hone.text.jinja.Rendering;
import dev.hone.text.jinja.TemplateException;
import java.util.List;

/**
 * Writes turns as the data has them, as far as the template takes them so.
 *
 * <p>The arguments of a tool call may be text, as OpenAI's data has them. A template that writes this text is given it. One that prints
 * arguments as JSON itself, or looks into them, wants an object: it fails on the text, loses it, or quotes it once more, and is then
 * given the object that the text says.
 *
 * <p>An assistant that only calls tools may have no content, which some templates tell from an empty one. Others expect text: they fail on
 * none, or spell it {@code None}, and are then given an empty one. Where a template writes calls only of a turn without content, one
 * whose content is empty is given to it without.
 */
record TurnsAsGiven(Writer writer) {
    private static final String NONE = "None";

    /** Renders some turns in one form of them. */
    interface Writer {
        Rendering write(List<Message> turns, boolean prompt, Message.Form form);
    }

    Rendering write(List<Message> turns, boolean prompt) {
        List<Message> without = turns.stream().map(Message::withoutEmptyContent).toList();
        Rendering rendering = written(turns, prompt);
        if (without.equals(turns)) {
            return rendering;
        }
        try {
            Rendering other = written(without, prompt);
            return calls(turns, other) > calls(turns, rendering) ? other : rendering;
        } catch (TemplateException wantsContent) {
            return rendering;
        }
    }

    /** How often the names of called functions stand in a text. */
    private static int calls(List<Message> turns, Rendering rendering) {
        return turns.stream()
                .flatMap(turn -> turn.toolCalls().stream())
                .map(ToolCall::name)
                .distinct()
                .mapToInt(name -> count(rendering.text(), name))
                .sum();
    }

    private Rendering written(List<Message> turns, boolean prompt) {
        List<ToolCall> texts = turns.stream()
                .flatMap(turn -> turn.toolCalls().stream())
                .filter(call -> call.written() != null)
                .toList();
        boolean silent = turns.stream().anyMatch(Message::hasNoContent);
        for (Message.Form form : Message.Form.values()) {
            boolean differs = (form.opened() || !texts.isEmpty()) && (form.empty() || silent);
            if (differs && form != Message.Form.PLAIN) {
                try {
                    Rendering rendering = writer.write(turns, prompt, form);
                    boolean whole =
                            form.opened() || texts.stream().allMatch(call -> call.isWrittenIn(rendering.text()));
                    if (whole && (form.empty() || !spellsNone(rendering, turns, prompt, form))) {
                        return rendering;
                    }
                } catch (TemplateException wantsAnother) {
                    // the last form may fail too, and then says why
                }
            }
        }
        return writer.write(turns, prompt, Message.Form.PLAIN);
    }

    private boolean spellsNone(Rendering rendering, List<Message> turns, boolean prompt, Message.Form form) {
        if (!rendering.text().contains(NONE)) {
            return false;
        }
        try {
            String empty = writer.write(turns, prompt, form.withEmptyContent()).text();
            return count(rendering.text(), NONE) > count(empty, NONE);
        } catch (TemplateException wantsNone) {
            return false;
        }
    }

    private static int count(String text, String word) {
        int count = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            count++;
        }
        return count;
    }
}
