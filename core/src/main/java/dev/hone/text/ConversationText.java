package dev.hone.text;

import dev.hone.text.jinja.Rendering;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.List;

/** The rendering of one conversation: leaves its end open where asked, and locates the replies in it. */
final class ConversationText {
    /** Marks the end of a last message's content; private-use characters that no training text has. */
    private static final String END_OF_CONTENT = "\uE000\uF8FF\uE001";

    /** Renders some turns, with or without the opening of an assistant's turn after them. */
    interface Writer {
        Rendering write(List<Message> turns, boolean prompt);
    }

    private final String template;
    private final boolean marks;
    private final List<Message> messages;
    private final ChatTemplate.Options options;
    private final Writer writer;
    private final Rendering whole;
    private final int length;

    ConversationText(
            String template, boolean marks, List<Message> messages, ChatTemplate.Options options, Writer writer) {
        this.template = template;
        this.marks = marks;
        this.messages = messages;
        this.options = options;
        this.writer = writer;
        if (messages.isEmpty() && options.ending() == ChatTemplate.PromptEnd.OPEN_MESSAGE) {
            throw new TemplateException(template, 0, "there is no last message to continue");
        }
        this.whole = writer.write(messages, options.ending() == ChatTemplate.PromptEnd.GENERATION_PROMPT);
        this.length = options.ending() == ChatTemplate.PromptEnd.OPEN_MESSAGE
                ? endOfContent()
                : whole.text().length();
    }

    String text() {
        return whole.text().substring(0, length);
    }

    RenderedChat rendered() {
        List<RenderedChat.Span> spans = new ArrayList<>();
        for (RenderedChat.Span span : spans()) {
            int end = Math.min(span.end(), length);
            if (span.start() < end) {
                spans.add(new RenderedChat.Span(span.start(), end, span.weight()));
            }
        }
        return new RenderedChat(text(), spans);
    }

    private List<RenderedChat.Span> spans() {
        List<Integer> replies = new ArrayList<>();
        List<Integer> wanted = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).role() == Message.Role.ASSISTANT) {
                replies.add(i);
            }
        }
        for (int reply : replies) {
            boolean last = reply == replies.get(replies.size() - 1);
            if (messages.get(reply).weight() > 0 && (last || options.replies() == ChatTemplate.Replies.ALL)) {
                wanted.add(reply);
            }
        }
        if (!marks || !whole.located()) {
            return derived(wanted);
        }
        List<RenderedChat.Span> marked = whole.generated().stream()
                .map(range -> new RenderedChat.Span(range.start(), range.end()))
                .toList();
        if (marked.size() == replies.size()) {
            return wanted.stream()
                    .map(reply -> weighted(marked.get(replies.indexOf(reply)), reply))
                    .toList();
        }
        if (replies.stream()
                .allMatch(reply -> wanted.contains(reply) && messages.get(reply).weight() == 1)) {
            return marked;
        }
        return shared(marked, derived(wanted));
    }

    private RenderedChat.Span weighted(RenderedChat.Span span, int reply) {
        return new RenderedChat.Span(
                span.start(), span.end(), messages.get(reply).weight());
    }

    /** What a conversation up to a reply has beyond the conversation before it, for each of the replies. */
    private List<RenderedChat.Span> derived(List<Integer> replies) {
        List<RenderedChat.Span> spans = new ArrayList<>();
        for (int reply : replies) {
            String before = part(reply, true);
            String after = reply + 1 == messages.size() ? text() : part(reply + 1, false);
            if (!after.startsWith(before)) {
                throw inseparable(reply, opening(reply, before, after));
            }
            if (!whole.text().startsWith(after)) {
                throw inseparable(reply, rewriting(after, whole.text()));
            }
            spans.add(weighted(new RenderedChat.Span(before.length(), after.length()), reply));
        }
        return spans;
    }

    /** Why a reply does not start with the prompt for it. */
    private String opening(int reply, String prompt, String reached) {
        if (!reached.startsWith(part(reply, false))) {
            return rewriting(prompt, reached);
        }
        return ("from character %d on, the template opens a reply that is to be written otherwise than one that is "
                        + "there (perhaps with a think tag, which the reply should then contain)")
                .formatted(commonPrefix(prompt, reached));
    }

    private static String rewriting(String shorter, String longer) {
        return ("from character %d on, the template rewrites earlier text when the conversation continues; "
                        + "perhaps only the last reply can be trained on")
                .formatted(commonPrefix(shorter, longer));
    }

    private TemplateException inseparable(int reply, String reason) {
        String problem =
                "the reply in message %d of %d cannot be distinguished from the rest: %s; or use a template with generation blocks";
        return new TemplateException(template, 0, problem.formatted(reply + 1, messages.size(), reason));
    }

    private String part(int turns, boolean prompt) {
        try {
            return writer.write(messages.subList(0, turns), prompt).text();
        } catch (TemplateException refused) {
            throw new TemplateException(
                    template,
                    refused.line(),
                    ("the replies cannot be distinguished from the rest, because the "
                                    + "template does not render the first %d of %d messages alone: %s")
                            .formatted(turns, messages.size(), refused.problem()));
        }
    }

    private static int commonPrefix(String a, String b) {
        int shared = 0;
        while (shared < Math.min(a.length(), b.length()) && a.charAt(shared) == b.charAt(shared)) {
            shared++;
        }
        return shared;
    }

    /** The parts of some spans that lie in any of the others, with the weight of those. */
    private static List<RenderedChat.Span> shared(List<RenderedChat.Span> spans, List<RenderedChat.Span> others) {
        List<RenderedChat.Span> parts = new ArrayList<>();
        for (RenderedChat.Span span : spans) {
            for (RenderedChat.Span other : others) {
                int start = Math.max(span.start(), other.start());
                int end = Math.min(span.end(), other.end());
                if (start < end) {
                    parts.add(new RenderedChat.Span(start, end, other.weight()));
                }
            }
        }
        return parts;
    }

    /**
     * Where the content of the last message ends in the whole text. It is found by a second rendering with a mark after the content; a search for
     * the content itself could find it in the tokens that close the turn.
     */
    private int endOfContent() {
        Message last = messages.get(messages.size() - 1);
        String content = last.content();
        String bare = content.stripTrailing();
        List<Message> changed = new ArrayList<>(messages.subList(0, messages.size() - 1));
        changed.add(last.withContent(bare + END_OF_CONTENT));
        String marked = writer.write(changed, false).text();
        int end = marked.lastIndexOf(END_OF_CONTENT);
        if (end < 0 || !whole.text().startsWith(marked.substring(0, end))) {
            throw new TemplateException(
                    template, 0, "the template changes the content of the last message, so it cannot be continued");
        }
        String space = content.substring(bare.length());
        return whole.text().startsWith(space, end) ? end + space.length() : end;
    }
}
