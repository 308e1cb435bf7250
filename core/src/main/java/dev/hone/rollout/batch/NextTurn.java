package dev.hone.rollout.batch;

import dev.hone.error.DataException;
import dev.hone.reward.Task;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Continuation;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a chat template writes between the end of a policy's turn and the beginning of its next one: the replies, and what is around them.
 * It alone is encoded; the tokens before it stay those that were read and sampled.
 *
 * <p>That is sound where the template writes a conversation that goes on as it wrote its beginning. One that rewrites earlier turns, such as
 * those that drop what was thought, is refused: the policy would be trained on a conversation that it is never shown.
 */
public final class NextTurn {
    private static final Message ASKED = Message.user("1+1");
    private static final Message SAID = Message.assistant("<think>\n2\n</think>\n\n3");
    private static final Message REPLIED = Message.of(Message.Role.TOOL, "4");

    private final ChatTemplate template;
    private final Tokenizer tokenizer;
    private final int end;
    private final String ending; // the text of that token
    private final String behind; // what the template writes between it and the next message

    private NextTurn(ChatTemplate template, Tokenizer tokenizer, int end, String ending, String behind) {
        this.template = template;
        this.tokenizer = tokenizer;
        this.end = end;
        this.ending = ending;
        this.behind = behind;
    }

    /**
     * Of a template.
     *
     * @param stops tokens that end what a policy samples
     * @throws DataException if it cannot write a conversation with a tool, or rewrites what was said
     */
    public static NextTurn of(ChatTemplate template, Tokenizer tokenizer, Set<Integer> stops) {
        String before;
        String after;
        try {
            before = template.text(List.of(ASKED, SAID), List.of(), ChatTemplate.Options.conversation());
            after = template.text(List.of(ASKED, SAID, REPLIED), List.of(), ChatTemplate.Options.prompt());
        } catch (TemplateException e) {
            throw new DataException(
                    "chat template " + template.name() + " cannot write what a tool says, which rollout.tools needs ("
                            + e.getMessage() + "); choose another by data.template",
                    e);
        }
        int at = before.lastIndexOf(SAID.content());
        if (at < 0 || !after.startsWith(before)) {
            throw rewrites(template, "a turn that another follows");
        }
        String rest = before.substring(at + SAID.content().length());
        int[] ids = tokenizer.ids(rest, Specials.NONE);
        String ending = ids.length == 0 ? "" : tokenizer.decode(new int[] {ids[0]});
        if (ids.length == 0 || !stops.contains(ids[0]) || !rest.startsWith(ending)) {
            throw new DataException("chat template " + template.name() + " ends a turn by (" + rest.strip()
                    + "), at which the model does not stop; rollout.tools needs a template that ends turns by one of its"
                    + " stop tokens");
        }
        return new NextTurn(template, tokenizer, ids[0], ending, rest.substring(ending.length()));
    }

    private static DataException rewrites(ChatTemplate template, String what) {
        return new DataException("chat template " + template.name() + " rewrites " + what + ", so that the policy would"
                + " be trained on what it is never shown; rollout.tools needs a template that keeps turns as they were"
                + " written, in data.template");
    }

    /** Whether a completion of these tokens ended as the template ends a turn. */
    boolean isEndOf(int[] completion) {
        return completion[completion.length - 1] == end;
    }

    /**
     * The tokens between the end of the last turn and the beginning of the next.
     *
     * @param said what was said behind the task's messages, the last turn included
     * @param replies to that turn
     * @throws DataException if the template rewrites what was said, or cannot write the replies
     */
    int[] ids(Task task, List<Message> said, List<Message> replies) {
        List<Message> messages = new ArrayList<>(task.messages());
        messages.addAll(said);
        String before;
        String after;
        try {
            before = template.text(messages, task.tools(), ChatTemplate.Options.conversation());
            messages.addAll(replies);
            after = template.text(messages, task.tools(), ChatTemplate.Options.prompt());
        } catch (TemplateException e) {
            throw new DataException(
                    "chat template " + template.name() + " cannot write what the tools say (" + e.getMessage() + ")",
                    e);
        }
        if (!after.startsWith(before) || !before.endsWith(ending + behind)) {
            throw rewrites(
                    template,
                    "earlier turns where a message of the role "
                            + replies.get(0).role().text() + " follows");
        }
        Continuation next =
                Continuation.of(tokenizer, ending, behind + after.substring(before.length()), Specials.NONE);
        int[] ids = next.encoding().ids();
        return Arrays.copyOfRange(ids, next.prompt(), ids.length);
    }
}
