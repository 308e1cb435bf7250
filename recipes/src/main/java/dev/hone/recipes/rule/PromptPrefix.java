package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A reply stands in training after exactly what stands before it when it is generated. As text: the conversation up to a
 * trained reply, opened for it, begins the whole; and so does the conversation up to its end. As tokens: those of the prompt
 * begin those of the row.
 */
public record PromptPrefix(Tokenizer tokenizer, ChatTemplate template, TrainOn trainOn) implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        if (rendered.example().trained() == 0) {
            return Optional.empty();
        }
        if (row instanceof Row.PromptCompletion completion) {
            return tokens(completion.prompt(), Specials.ADD, rendered, place);
        }
        return row instanceof Row.Conversation talk ? conversation(talk, rendered, place) : Optional.empty();
    }

    private Optional<Issue> conversation(Row.Conversation talk, RowRenderer.Rendered rendered, String place) {
        int last = talk.messages().size() - 1;
        for (int i = trainOn == TrainOn.LAST_REPLY ? last : Math.max(1, talk.context()); i <= last; i++) {
            Message message = talk.messages().get(i);
            if (message.role() != Message.Role.ASSISTANT || message.weight() == 0 || i == 0) {
                continue; // nothing is generated after nothing
            }
            String prompt;
            try {
                prompt = text(talk, i, ChatTemplate.Options.prompt());
                if (i < last && !rendered.text().startsWith(text(talk, i + 1, ChatTemplate.Options.conversation()))) {
                    return Optional.of(Issue.refuse(
                            Rule.PREFIX,
                            place,
                            "the template rewrites the reply in message " + (i + 1) + " of " + (last + 1)
                                    + " once the conversation continues, so it would be trained otherwise than it"
                                    + " is generated; train the last reply only (sft.learn: last-reply, or weight 0"
                                    + " on the others), or name a template that keeps earlier turns as data.template"));
                }
            } catch (TemplateException e) {
                return Optional.of(Issue.refuse(
                        Rule.PREFIX,
                        place,
                        "the template does not write what comes before the reply in message " + (i + 1)
                                + ", so it could not be generated: " + e.getMessage()));
            }
            if (!rendered.text().startsWith(prompt)) {
                return Optional.of(Issue.refuse(
                        Rule.PREFIX,
                        place,
                        "the template opens the reply in message " + (i + 1) + " of " + (last + 1)
                                + " otherwise for generation than it writes it here (from \""
                                + excerpt(prompt, rendered.text()) + "\" on); let the reply begin as the template"
                                + " opens it (perhaps with a think tag), or name another as data.template"));
            }
            if (i == last) {
                return tokens(prompt, Specials.NONE, rendered, place);
            }
        }
        return Optional.empty();
    }

    private String text(Row.Conversation talk, int messages, ChatTemplate.Options options) {
        List<Message> part = talk.messages().subList(0, messages);
        return template.text(part, talk.tools(), options);
    }

    private Optional<Issue> tokens(String prompt, Specials specials, RowRenderer.Rendered rendered, String place) {
        int[] before = tokenizer.ids(prompt, specials);
        int[] whole = rendered.example().tokens();
        int parted = Arrays.mismatch(before, whole);
        if (parted < 0 || parted == before.length) {
            return Optional.empty();
        }
        String joint = tokenizer.decode(
                Arrays.copyOfRange(whole, Math.min(parted, whole.length - 1), Math.min(parted + 1, whole.length)));
        return Optional.of(Issue.warn(
                Rule.BOUNDARY,
                place,
                "prompt and reply meet inside the token \"" + joint.replace("\n", "\\n")
                        + "\", and generation begins after"
                        + " the prompt's own tokens; end the prompt where the tokenizer always splits, as after a line"
                        + " feed, and not with a space"));
    }

    private static String excerpt(String prompt, String text) {
        int from = 0;
        while (from < Math.min(prompt.length(), text.length()) && prompt.charAt(from) == text.charAt(from)) {
            from++;
        }
        String rest = prompt.substring(from);
        return (rest.length() > 40 ? rest.substring(0, 40) + " …" : rest).replace("\n", "\\n");
    }
}
