package dev.hone.recipes.rule;

import dev.hone.data.row.Row;
import dev.hone.data.row.RowRenderer;
import dev.hone.text.ChatTemplate;
import dev.hone.text.jinja.TemplateException;
import java.util.List;
import java.util.Optional;

/** The template writes the tools that a row offers: without them the conversation would be another text. */
public record WrittenTools(ChatTemplate template) implements RowRule {
    @Override
    public Optional<Issue> complaint(Row row, RowRenderer.Rendered rendered, String place) {
        if (!(row instanceof Row.Conversation talk) || talk.tools().isEmpty()) {
            return Optional.empty();
        }
        try {
            ChatTemplate.Options whole = ChatTemplate.Options.conversation();
            String with = template.text(talk.messages(), talk.tools(), whole);
            if (!with.equals(template.text(talk.messages(), List.of(), whole))) {
                return Optional.empty();
            }
        } catch (TemplateException needsThem) {
            return Optional.empty();
        }
        return Optional.of(
                Issue.warn(
                        Rule.TOOLS,
                        place,
                        "offers tools, which the template " + template.name()
                                + " does not write, so the model does not see them; name one that does as data.template (qwen2.5 does)"));
    }
}
