package dev.hone.rollout;

import static dev.hone.error.Require.require;

import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A reward that a class on the class path computes: one that implements {@link Reward}, is public, and has a public constructor
 * without parameters or, where it is given a text, a public static {@code of(String)}.
 *
 * <p>It runs on a thread of its own, one call at a time, so that it can be given up when it takes too long. A call that ignores its
 * interruption keeps that thread, and the next call waits for it.
 */
public final class JavaReward implements Reward {
    private final String name;
    private final Reward reward;
    private final Duration timeout;
    private final ExecutorService thread;

    private JavaReward(String name, Reward reward, Duration timeout) {
        this.name = name;
        this.reward = reward;
        this.timeout = timeout;
        thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, "reward " + name);
            made.setDaemon(true);
            return made;
        });
    }

    /** Refuses what cannot be opened, by {@link IllegalArgumentException}; nothing of the class is run. */
    public static void check(String name, @Nullable String text) {
        Class<?> type = type(name);
        require(Reward.class.isAssignableFrom(type), "class (%s) does not implement %s", name, Reward.class.getName());
        boolean opens;
        try {
            opens = Modifier.isPublic(type.getModifiers())
                    && (text == null
                            ? type.getConstructor() != null
                            : Modifier.isStatic(
                                            type.getMethod("of", String.class).getModifiers())
                                    && Reward.class.isAssignableFrom(
                                            type.getMethod("of", String.class).getReturnType()));
        } catch (NoSuchMethodException e) {
            opens = false;
        }
        require(
                opens && (text != null || !Modifier.isAbstract(type.getModifiers())),
                text == null
                        ? "class (%s) must be public with a public constructor without parameters, or be given a text"
                                + " for a public static of(String), as in class:%s:text"
                        : "class (%s) must be public with a public static of(String) that returns a Reward",
                name,
                name);
    }

    private static Class<?> type(String name) {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        try {
            return Class.forName(name, false, own == null ? JavaReward.class.getClassLoader() : own);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException(
                    "class (" + name + ") is not on the class path" + (e instanceof LinkageError ? " (" + e + ")" : "")
                            + "; ./hone looks into the folders and jars of HONE_CLASSPATH too",
                    e);
        }
    }

    /**
     * Makes one.
     *
     * @param text what its {@code of} is given; null: its constructor makes it
     * @param timeout how long the scores of a group, or of one completion alone, may take at most
     * @throws IllegalArgumentException if the class is not as wanted
     * @throws TrainingException if it cannot be made
     */
    public static JavaReward open(String name, @Nullable String text, Duration timeout) {
        check(name, text);
        Class<?> type = type(name);
        try {
            Object made = text == null
                    ? type.getConstructor().newInstance()
                    : type.getMethod("of", String.class).invoke(null, text);
            require(made != null, "class (%s) made no reward of (%s)", name, text);
            return new JavaReward(name, (Reward) made, timeout);
        } catch (InvocationTargetException e) {
            if (text != null && e.getCause() instanceof IllegalArgumentException refused) {
                throw new IllegalArgumentException(
                        "class (" + name + ") refuses (" + text + "): " + refused.getMessage(), e);
            }
            throw new TrainingException("reward class " + name + " cannot be made: " + e.getCause(), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new TrainingException("reward class " + name + " cannot be made: " + e, e);
        }
    }

    @Override
    public double score(Task task, Completion completion) {
        return call(() -> reward.score(task, completion));
    }

    @Override
    public List<Double> scores(Task task, List<Completion> completions) {
        return call(() -> reward.scores(task, completions));
    }

    private <T> T call(Callable<T> call) {
        Future<T> result = thread.submit(call);
        try {
            return result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw new RewardTimeoutException(
                    "reward class " + name + " did not return within " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new TrainingException("reward class " + name + " was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause.getClass() == IllegalArgumentException.class) {
                throw (IllegalArgumentException) cause; // the task lacks something
            }
            throw new TrainingException("reward class " + name + " threw " + cause, cause);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        reward.close();
    }
}
