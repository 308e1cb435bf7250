package dev.hone.text;

import dev.hone.config.ConfigurationException;
import dev.hone.files.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Chooses the template that a model's conversations are written in. */
public final class TemplateChoice {
    private TemplateChoice() {}

    /**
     * The template of this name.
     *
     * @param name {@code auto}: the folder's own, else ChatML if the vocabulary has its tokens, else Alpaca, which needs
     *     none; a built-in name; or the path of a Jinja file
     */
    public static ChatTemplate named(String name, Path folder, Tokenizer tokenizer) {
        if (name.equals("auto")) {
            return automatic(folder, tokenizer);
        }
        if (BuiltInTemplates.names().contains(name)) {
            return ChatTemplate.builtIn(name, tokens(tokenizer, name));
        }
        Path file = Path.of(name);
        if (!Files.exists(file)) {
            throw new ConfigurationException("data.template (" + name + ") is neither a built-in template ("
                    + String.join(", ", BuiltInTemplates.names()) + ", auto) nor a file");
        }
        try {
            return ChatTemplate.of(name, InputFile.text(file), tokens(tokenizer, name));
        } catch (IOException e) {
            throw new ConfigurationException("data.template: " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same with values for variables of the template. */
    public static ChatTemplate named(String name, Path folder, Tokenizer tokenizer, Map<String, String> arguments) {
        return named(name, folder, tokenizer).with(TemplateArguments.of(arguments));
    }

    private static ChatTemplate automatic(Path folder, Tokenizer tokenizer) {
        if (ChatTemplate.existsIn(folder)) {
            return ChatTemplate.fromCheckpoint(folder);
        }
        boolean chatml = tokenizer.idOf("<|im_start|>").isPresent()
                && tokenizer.idOf("<|im_end|>").isPresent();
        String name = chatml ? "chatml" : "alpaca";
        return ChatTemplate.builtIn(name, tokens(tokenizer, name));
    }

    /**
     * The ids that end a reply: what the template closes an assistant's turn with, and the tokenizer's end of text.
     *
     * @param template without one, replies end with the text
     */
    public static Set<Integer> stopTokens(@Nullable ChatTemplate template, Tokenizer tokenizer) {
        Set<Integer> stops = new TreeSet<>();
        tokenizer.specialTokens().eosId().ifPresent(stops::add);
        if (template != null) {
            List<Message> sample = List.of(Message.user("1"), Message.assistant("2"));
            if (template.marksReplies()) {
                template.render(sample).replies().forEach(reply -> addLast(stops, reply, tokenizer));
            } else {
                String reply = template.reply(sample, 1, List.of()).reply();
                addLast(stops, reply, tokenizer);
                addFirst(
                        stops,
                        reply.substring(reply.indexOf('2') + 1),
                        tokenizer); // before the end of the text, the turn's
            }
        }
        return stops;
    }

    private static void addLast(Set<Integer> stops, String text, Tokenizer tokenizer) {
        int[] ids = tokenizer.ids(text, Specials.NONE);
        for (int i = ids.length - 1; i >= 0; i--) {
            if (tokenizer.isSpecial(ids[i])) {
                stops.add(ids[i]);
                return;
            }
        }
    }

    private static void addFirst(Set<Integer> stops, String text, Tokenizer tokenizer) {
        Arrays.stream(tokenizer.ids(text, Specials.NONE))
                .filter(tokenizer::isSpecial)
                .findFirst()
                .ifPresent(stops::add);
    }

    /** The special tokens a model names; a built-in format keeps its own end of turn. */
    private static Map<String, String> tokens(Tokenizer tokenizer, String template) {
        SpecialTokens special = tokenizer.specialTokens();
        Map<String, String> tokens = new LinkedHashMap<>();
        put(tokens, "bos_token", special.bos());
        if (template.equals("alpaca") || !BuiltInTemplates.names().contains(template)) {
            put(tokens, "eos_token", special.eos());
        }
        put(tokens, "pad_token", special.pad());
        return tokens;
    }

    private static void put(Map<String, String> tokens, String name, SpecialTokens.@Nullable Named token) {
        if (token != null) {
            tokens.put(name, token.text());
        }
    }
}
