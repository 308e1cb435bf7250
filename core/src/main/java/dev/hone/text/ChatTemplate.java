package dev.hone.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.text.jinja.Template;
import dev.hone.text.jinja.TemplateException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The format of a model's conversations: a Jinja template together with the special tokens it names. Immutable; threads may share it.
 *
 * <p>{@link #text} writes a conversation, {@link #render} also says which parts of it are the assistant's. Where the template marks these with
 * generation blocks, these are used. Where it does not, the reply of turn k is what the conversation up to k has beyond the conversation
 * before k followed by the generation prompt; that is correct only for a template whose text of a conversation never changes when the
 * conversation continues, and for any other {@code render} fails and says so.
 */
public final class ChatTemplate {
    private final Source plain;
    private final @Nullable Source withTools;
    private final Map<String, String> specialTokens;
    private final TemplateArguments arguments;
    private final Clock clock;

    private record Source(String text, Template template, ThoughtForm thoughts) {
        static Source of(String name, String text) {
            return new Source(text, Template.parse(name, text), ThoughtForm.of(text));
        }

        Source with(TemplateArguments arguments) {
            return of(template.name(), arguments.before(text));
        }
    }

    /** How a rendered text ends. */
    public enum PromptEnd {
        /** After the last message. */
        MESSAGE,
        /** With the opening of an assistant's turn, for a model to continue. */
        GENERATION_PROMPT,
        /** Right after the content of the last message, for a model to continue it. */
        OPEN_MESSAGE
    }

    /** Which of the assistant's turns count as generated. Turns of weight 0 never do; others carry their weight. */
    public enum Replies {
        ALL,
        LAST
    }

    /**
     * What to render.
     *
     * @param extra further variables for the template, such as {@code enable_thinking}
     */
    public record Options(PromptEnd ending, Replies replies, Map<String, Object> extra) {
        public Options {
            extra = JsonValues.frozen(extra);
        }

        /** A whole conversation, all replies generated. */
        public static Options conversation() {
            return new Options(PromptEnd.MESSAGE, Replies.ALL, Map.of());
        }

        /** A conversation that waits for a reply. */
        public static Options prompt() {
            return conversation().endingWith(PromptEnd.GENERATION_PROMPT);
        }

        public Options endingWith(PromptEnd other) {
            return new Options(other, replies, extra);
        }

        public Options generating(Replies other) {
            return new Options(ending, other, extra);
        }

        /** One more variable for the template. */
        public Options with(String name, @Nullable Object value) {
            Map<String, @Nullable Object> more = new LinkedHashMap<>(extra);
            more.put(name, value);
            return new Options(ending, replies, JsonValues.frozen(more));
        }
    }

    private ChatTemplate(
            Source plain,
            @Nullable Source withTools,
            Map<String, String> specialTokens,
            TemplateArguments arguments,
            Clock clock) {
        this.plain = plain;
        this.withTools = withTools;
        this.specialTokens = Map.copyOf(specialTokens);
        this.arguments = arguments;
        this.clock = clock;
    }

    /**
     * A template from its text.
     *
     * @param name what error messages call it, usually its file
     * @param specialTokens tokens by the name templates use for them, such as {@code bos_token}
     * @throws TemplateException if the text is no valid template
     */
    public static ChatTemplate of(String name, String jinja, Map<String, String> specialTokens) {
        return new ChatTemplate(
                Source.of(name, jinja), null, specialTokens, TemplateArguments.NONE, Clock.systemDefaultZone());
    }

    /** One of {@link BuiltInTemplates#names}, with the tokens its format is known by. */
    public static ChatTemplate builtIn(String name) {
        return builtIn(name, Map.of());
    }

    /** One of {@link BuiltInTemplates#names}, with the special tokens of a model. */
    public static ChatTemplate builtIn(String name, Map<String, String> specialTokens) {
        Map<String, String> tokens = new LinkedHashMap<>(BuiltInTemplates.tokens(name));
        tokens.putAll(specialTokens);
        return of(name, BuiltInTemplates.source(name), tokens);
    }

    /**
     * The template that came with a checkpoint: {@code chat_template.jinja}, or {@code chat_template} in {@code tokenizer_config.json}.
     *
     * @throws TemplateException if the folder has none, naming the built-in ones, or if it cannot be read
     */
    public static ChatTemplate fromCheckpoint(Path folder) {
        CheckpointTemplates found = CheckpointTemplates.read(folder);
        ChatTemplate template = of(found.name(), found.plain(), found.specialTokens());
        String tools = found.withTools();
        return tools == null ? template : template.using(Source.of(found.name() + " (tool_use)", tools));
    }

    /** The named templates that came with a checkpoint beside its default one, by name: {@code tool_use}, for example. */
    public static Map<String, String> othersIn(Path folder) {
        return CheckpointTemplates.read(folder).others();
    }

    /** Whether a checkpoint came with a template, so that {@link #fromCheckpoint} has one to read. */
    public static boolean existsIn(Path folder) {
        return CheckpointTemplates.existIn(folder);
    }

    private ChatTemplate using(Source forTools) {
        return new ChatTemplate(plain, forTools, specialTokens, arguments, clock);
    }

    /**
     * The same template with other values for its variables, such as {@code enable_thinking}, wherever it is used; they are written into its
     * text, so that they go where it goes.
     */
    public ChatTemplate with(TemplateArguments values) {
        return values.isEmpty()
                ? this
                : new ChatTemplate(
                        plain.with(values),
                        withTools == null ? null : withTools.with(values),
                        specialTokens,
                        values,
                        clock);
    }

    /** The values that were written into it. */
    public TemplateArguments arguments() {
        return arguments;
    }

    /** The same template reading the date from another clock. */
    public ChatTemplate at(Clock other) {
        return new ChatTemplate(plain, withTools, specialTokens, arguments, other);
    }

    /** What error messages call the template. */
    public String name() {
        return plain.template().name();
    }

    /** The template's text. */
    public String source() {
        return plain.text();
    }

    /** Special tokens by the name templates use for them. */
    public Map<String, String> specialTokens() {
        return specialTokens;
    }

    /** Whether the template itself marks what the model generates. */
    public boolean marksReplies() {
        return plain.template().generates();
    }

    /** SHA-256 of the template's text, in hexadecimal digits. */
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(plain.text().getBytes(StandardCharsets.UTF_8));
            if (withTools != null) {
                digest.update((byte) 0);
                digest.update(withTools.text().getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The conversation as text.
     *
     * @param tools schemas of the functions the assistant may call; an empty list is the same as none
     * @throws TemplateException if the template refuses the conversation or fails
     */
    public String text(List<Message> messages, List<JsonNode> tools, Options options) {
        return conversation(messages, tools, options).text();
    }

    /**
     * The conversation as text, with the spans that the assistant writes.
     *
     * @param tools schemas of the functions the assistant may call; an empty list is the same as none
     * @throws TemplateException if the template refuses the conversation or fails, or if these spans cannot be located
     */
    public RenderedChat render(List<Message> messages, List<JsonNode> tools, Options options) {
        return conversation(messages, tools, options).rendered();
    }

    /** A conversation without tools, all replies generated. */
    public RenderedChat render(List<Message> messages) {
        return render(messages, List.of(), Options.conversation());
    }

    /**
     * One reply of a conversation as it is generated, after the turns before it.
     *
     * @param reply the number of its message
     * @param tools schemas of the functions the assistant may call; an empty list is the same as none
     * @throws TemplateException if the template does not write the conversation up to it, or the reply
     */
    public RenderedReply reply(List<Message> messages, int reply, List<JsonNode> tools) {
        Options options = Options.conversation();
        Source source = source(tools);
        RenderedReply written =
                RenderedReply.of(source.template().name(), writer(tools, options), messages.subList(0, reply + 1));
        return source.thoughts().added(written, messages.get(reply));
    }

    private Source source(List<JsonNode> tools) {
        return tools.isEmpty() || withTools == null ? plain : withTools;
    }

    private ConversationText conversation(List<Message> messages, List<JsonNode> tools, Options options) {
        Template template = source(tools).template();
        return new ConversationText(
                template.name(), template.generates(), List.copyOf(messages), options, writer(tools, options));
    }

    private ConversationText.Writer writer(List<JsonNode> tools, Options options) {
        Source source = source(tools);
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(specialTokens);
        variables.put(
                "tools",
                tools.isEmpty() ? null : tools.stream().map(JsonValues::plain).toList());
        variables.put("documents", null);
        variables.putAll(options.extra());
        TurnsAsGiven given = new TurnsAsGiven((turns, prompt, form) -> {
            Map<String, @Nullable Object> all = new LinkedHashMap<>(variables);
            all.put(
                    "messages",
                    turns.stream()
                            .map(turn -> source.thoughts().shown(turn, form))
                            .toList());
            all.put("add_generation_prompt", prompt);
            return source.template().render(all, clock);
        });
        return given::write;
    }
}
