package dev.hone.reward;

import static dev.hone.error.Require.require;

import dev.hone.error.TrainingException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object of a class on the class path that a user names: one that implements what is wanted, is public, and has a public constructor
 * without parameters or, where it is given a text, a public static {@code of(String)}.
 *
 * <p>It runs on a thread of its own, one call at a time, so that it can be given up when it takes too long. A call that ignores its
 * interruption keeps that thread, and the next call waits for it.
 */
public final class UserObject<T> implements AutoCloseable {
    private final String called;
    private final T object;
    private final Duration timeout;
    private final ExecutorService thread;

    private UserObject(String called, T object, Duration timeout) {
        this.called = called;
        this.object = object;
        this.timeout = timeout;
        thread = Executors.newSingleThreadExecutor(work -> {
            Thread made = new Thread(work, called);
            made.setDaemon(true);
            return made;
        });
    }

    /** Refuses what cannot be opened, by {@link IllegalArgumentException}; nothing of the class is run. */
    public static void check(Class<?> wanted, String name, @Nullable String text) {
        Class<?> type = type(name);
        require(wanted.isAssignableFrom(type), "class (%s) does not implement %s", name, wanted.getName());
        boolean opens;
        try {
            opens = Modifier.isPublic(type.getModifiers())
                    && (text == null
                            ? type.getConstructor() != null
                            : Modifier.isStatic(
                                            type.getMethod("of", String.class).getModifiers())
                                    && wanted.isAssignableFrom(
                                            type.getMethod("of", String.class).getReturnType()));
        } catch (NoSuchMethodException e) {
            opens = false;
        }
        require(
                opens && (text != null || !Modifier.isAbstract(type.getModifiers())),
                text == null
                        ? "class (%s) must be public with a public constructor without parameters, or be given a text"
                                + " for a public static of(String), as in class:%s:text"
                        : "class (%s) must be public with a public static of(String) that returns a %s",
                name,
                text == null ? name : wanted.getSimpleName());
    }

    private static Class<?> type(String name) {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        try {
            return Class.forName(name, false, own == null ? UserObject.class.getClassLoader() : own);
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
     * @param called what it is, in messages, such as {@code reward}
     * @param timeout how long a call may take at most
     * @throws IllegalArgumentException if the class is not as wanted
     * @throws TrainingException if it cannot be made
     */
    public static <T> UserObject<T> open(
            Class<T> wanted, String called, String name, @Nullable String text, Duration timeout) {
        check(wanted, name, text);
        Class<?> type = type(name);
        try {
            Object made = text == null
                    ? type.getConstructor().newInstance()
                    : type.getMethod("of", String.class).invoke(null, text);
            require(made != null, "class (%s) made no %s of (%s)", name, called, text);
            return new UserObject<>(called + " class " + name, wanted.cast(made), timeout);
        } catch (InvocationTargetException e) {
            if (text != null && e.getCause() instanceof IllegalArgumentException refused) {
                throw new IllegalArgumentException(
                        "class (" + name + ") refuses (" + text + "): " + refused.getMessage(), e);
            }
            throw new TrainingException(called + " class " + name + " cannot be made: " + e.getCause(), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new TrainingException(called + " class " + name + " cannot be made: " + e, e);
        }
    }

    /**
     * What a call returns.
     *
     * @throws IllegalArgumentException if it throws that
     * @throws TrainingException if it throws something else
     * @throws RewardTimeoutException if it takes too long
     */
    public <R> R call(Function<T, R> call) {
        Future<R> result = thread.submit(() -> call.apply(object));
        try {
            return result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw new RewardTimeoutException(called + " did not return within " + timeout.toSeconds() + " s");
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new TrainingException(called + " was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause.getClass() == IllegalArgumentException.class) {
                throw (IllegalArgumentException) cause; // the task lacks something
            }
            throw new TrainingException(called + " threw " + cause, cause);
        }
    }

    /** The object itself, to be closed where it is closed. */
    public T object() {
        return object;
    }

    /** Ends its thread. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
