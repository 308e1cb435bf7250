package dev.hone.gguf.ollama;

import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template of Go's {@code text/template}, as Ollama renders it, that writes what a chat template writes. It is made from what the chat template puts around
 * messages, and rendered here beside it: where the two differ there is none.
 *
 * <p>Of the language it uses {@code range .Messages}, {@code if} with {@code eq}, one variable, and the fields of a message; {@link #render} knows these.
 */
public record GoTemplate(String source) {
    private static final Pattern ACTION = Pattern.compile("\\{\\{ (.*?) }}", Pattern.DOTALL);
    private static final Pattern CONDITION = Pattern.compile("(?:else )?if eq (\\.Role|\\$before) \"([a-z]*)\"");

    /** Contents that a template may treat in a way of its own: quotes, braces, several lines, other scripts. */
    private static final List<String> CONTENTS =
            List.of("How are you?", "안녕하세요 {{ x }} {% y %}", "one\n\ntwo: \"3\" \\ <b>&amp;", "x");

    /** One that writes what a chat template writes; {@link IllegalArgumentException} with the reason where none does. */
    static GoTemplate of(ChatTemplate template, String begin) {
        GoTemplate made = new GoTemplate(write(turns(template), begin));
        for (List<Message> conversation : conversations()) {
            String wanted;
            try {
                wanted = Turns.prompt(template, conversation.toArray(Message[]::new));
            } catch (TemplateException refused) {
                continue; // neither writes it
            }
            String found = begin + made.render(conversation);
            if (!found.equals(wanted)) {
                throw new IllegalArgumentException("it writes " + quoted(wanted) + " for a conversation of "
                        + conversation.size() + " messages, where turns alone give " + quoted(found));
            }
        }
        return made;
    }

    /** Whether the chat template leaves white space at the ends of contents, as Go's always does. */
    static boolean keepsWhiteSpace(ChatTemplate template) {
        return Turns.prompt(template, Message.user(" a\n")).contains(" a\n");
    }

    private static Turns turns(ChatTemplate template) {
        try {
            return Turns.of(template);
        } catch (TemplateException refused) {
            throw new IllegalArgumentException("it refuses a system message before the user's", refused);
        }
    }

    private static List<List<Message>> conversations() {
        List<List<Message>> all = new ArrayList<>();
        for (String content : CONTENTS) {
            all.add(List.of(Message.user(content)));
            all.add(List.of(Message.system(content), Message.user(content)));
            all.add(List.of(Message.user(content), Message.assistant("Fine."), Message.user("Good.")));
            all.add(List.of(
                    Message.system("Be kind."),
                    Message.user("Hello"),
                    Message.assistant(content),
                    Message.user("And\nyou?"),
                    Message.assistant("Too."),
                    Message.user(content)));
        }
        return all;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\n", "\\n") + '"';
    }

    /** Without spaces around its actions: those would be written. */
    private static String write(Turns turns, String begin) {
        return "{{ $before := \"\" }}{{ range .Messages }}"
                + "{{ if eq .Role \"system\" }}" + text(withoutBegin(turns.beforeSystem(), begin)) + "{{ .Content }}"
                + "{{ else if eq .Role \"user\" }}"
                + "{{ if eq $before \"system\" }}" + text(turns.systemToUser())
                + "{{ else if eq $before \"\" }}" + text(withoutBegin(turns.beforeFirst(), begin))
                + "{{ else }}" + text(turns.assistantToUser())
                + "{{ end }}{{ .Content }}"
                + "{{ else if eq .Role \"assistant\" }}" + text(turns.userToAssistant()) + "{{ .Content }}"
                + "{{ end }}{{ $before = .Role }}{{ end }}" + text(turns.beforeReply());
    }

    private static String withoutBegin(String text, String begin) {
        if (!text.startsWith(begin)) {
            throw new IllegalArgumentException(
                    "it does not begin with " + begin + ", which Ollama puts before every text of this tokenizer");
        }
        return text.substring(begin.length());
    }

    private static String text(String text) {
        if (text.contains("{{") || text.contains("\"\"\"")) {
            throw new IllegalArgumentException("it writes {{ or \"\"\", which a Modelfile cannot hold as text");
        }
        return text;
    }

    /** What it writes for a conversation, by the rules of Go's templates. */
    String render(List<Message> messages) {
        int from = source.indexOf("{{ range .Messages }}");
        int to = source.lastIndexOf("{{ end }}");
        String body = source.substring(from + "{{ range .Messages }}".length(), to);
        StringBuilder out = new StringBuilder();
        String before = "";
        for (Message message : messages) {
            once(body, message, before, out);
            before = message.role().text();
        }
        return out + source.substring(to + "{{ end }}".length());
    }

    /** A branch of a condition: whether it is written, and whether one before it was. */
    private record Branch(boolean written, boolean done) {}

    private static void once(String body, Message message, String before, StringBuilder out) {
        Deque<Branch> branches = new ArrayDeque<>();
        Matcher action = ACTION.matcher(body);
        int at = 0;
        while (action.find()) {
            boolean written = branches.stream().allMatch(Branch::written);
            if (written) {
                out.append(body, at, action.start());
            }
            at = action.end();
            String word = action.group(1);
            Matcher condition = CONDITION.matcher(word);
            if (condition.matches()) {
                String value =
                        condition.group(1).equals(".Role") ? message.role().text() : before;
                boolean done = word.startsWith("else")
                        && Optional.of(branches.pop()).get().done();
                boolean holds = !done && value.equals(condition.group(2));
                branches.push(new Branch(holds, done || holds));
            } else if (word.equals("else")) {
                boolean done = branches.pop().done();
                branches.push(new Branch(!done, true));
            } else if (word.equals("end")) {
                branches.pop();
            } else if (word.equals(".Content") && written) {
                out.append(message.content());
            }
        }
        if (branches.isEmpty()) {
            out.append(body, at, body.length());
        }
    }
}
