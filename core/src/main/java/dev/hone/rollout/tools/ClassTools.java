package dev.hone.rollout.tools;

import dev.hone.reward.Task;
import dev.hone.reward.UserObject;
import dev.hone.text.Message;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tools that a class of the user's answers for; see {@link UserObject} for what it has to be. */
public final class ClassTools implements Tools {
    private final UserObject<Tools> tools;

    private ClassTools(UserObject<Tools> tools) {
        this.tools = tools;
    }

    /** Refuses what cannot be opened, by {@link IllegalArgumentException}; nothing of the class is run. */
    public static void check(String name, @Nullable String text) {
        UserObject.check(Tools.class, name, text);
    }

    /**
     * Makes one.
     *
     * @param text what its {@code of} is given; null: its constructor makes it
     * @param timeout how long the replies to a turn may take at most
     * @throws IllegalArgumentException if the class is not as wanted
     */
    public static ClassTools open(String name, @Nullable String text, Duration timeout) {
        return new ClassTools(UserObject.open(Tools.class, "tools", name, text, timeout));
    }

    @Override
    public List<Message> replies(Task task, List<Message> said) {
        return tools.call(own -> own.replies(task, said));
    }

    @Override
    public void close() {
        tools.close();
        tools.object().close();
    }
}
