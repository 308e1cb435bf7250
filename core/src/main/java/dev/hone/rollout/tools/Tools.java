package dev.hone.rollout.tools;

import dev.hone.reward.Task;
import dev.hone.text.Message;
import java.util.List;

/**
 * What answers a policy between its turns: tools that it calls, or an environment that it acts in. The answer depends on the task and on
 * what was said alone, so that a run that is resumed is told the same. For use by one thread.
 */
public interface Tools extends AutoCloseable {
    /**
     * The messages behind the policy's turn, usually of the role {@code tool}; none: its completion is done.
     *
     * @param said the messages behind those of the task, the last one the turn that the policy has just ended: its text as it was written,
     *     without blanks around it
     * @throws RuntimeException if there is no telling: the completion ends there and is not judged
     */
    List<Message> replies(Task task, List<Message> said);

    @Override
    default void close() {}
}
