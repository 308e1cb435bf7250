package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.util.Optional;

/**
 * A reply stands in training after exactly what stands before it when it is generated. Rows are rendered so; what this makes of a row
 * that reads otherwise is reported: replies in sequences of their own, an end of reasoning that the row does not have, prompt and reply
 * encoded apart. Only a reply whose prompt the template does not write is refused.
 */
public record PromptPrefix(Tokenizer tokenizer, ChatTemplate template, TrainOn trainOn) implements RowRule {
    private static final String THINK = "<think>";

    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        if (rendered.example().trained() == 0 || trainOn == TrainOn.ALL) {
            return Optional.empty();
        }
        if (row instanceof Row.Conversation talk) {
            Optional<Issue> found = conversation(talk, rendered, place);
            if (found.isPresent()) {
                return found;
            }
        }
        if (row instanceof Row.PromptCompletion && rendered.example().weights()[0] > 0) {
            return Optional.of(Issue.warn(
                    Rule.BOUNDARY,
                    place,
                    "its prompt is empty, so nothing stands before the first token of its reply, and it is not trained;"
                            + " give the prompt that is asked, or make the row a text"));
        }
        return rendered.apart()
                ? Optional.of(Issue.warn(
                        Rule.BOUNDARY,
                        place,
                        "in one text a token would reach over the end of the prompt into its reply; the two are encoded"
                                + " apart, as generation does, so the reply is trained whole"))
                : Optional.empty();
    }

    private Optional<Issue> conversation(Row.Conversation talk, RowRenderer.Rendered rendered, String place) {
        if (rendered.texts().size() > 1) {
            return Optional.of(
                    Issue.warn(
                            Rule.PREFIX,
                            place,
                            "the template writes earlier turns otherwise once the conversation continues, so each trained reply is"
                                    + " a sequence of its own, after the turns before it as they are written for its generation"));
        }
        int last = talk.messages().size() - 1;
        for (int i = trainOn == TrainOn.LAST_REPLY ? last : Math.max(1, talk.context()); i <= last; i++) {
            Message message = talk.messages().get(i);
            if (message.role() != Message.Role.ASSISTANT || message.weight() == 0) {
                continue;
            }
            String prompt;
            try {
                prompt = template.text(talk.messages().subList(0, i), talk.tools(), ChatTemplate.Options.prompt());
            } catch (TemplateException e) {
                return Optional.of(Issue.refuse(
                        Rule.PREFIX,
                        place,
                        "the template does not write what comes before the reply in message " + (i + 1)
                                + ", so it could not be generated: " + e.getMessage()));
            }
            if (prompt.stripTrailing().endsWith(THINK)
                    && message.reasoning() == null
                    && !message.content().contains("</think>")) {
                return Optional.of(Issue.warn(
                        Rule.PREFIX,
                        place,
                        "the template opens a reply with " + THINK + ", and the reply in message " + (i + 1)
                                + " has no reasoning, so it is trained to end its reasoning at once; give it"
                                + " reasoning_content, or name another template as data.template"));
            }
        }
        return Optional.empty();
    }
}
