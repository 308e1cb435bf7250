package dev.hone.reward.code;

import dev.hone.error.TrainingException;
import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Whether the program in a completion passes the tests of its task: 1 where it passes all of them, else 0. It is run in a {@link
 * Sandbox}, a process for each judgement (and for each input), several at a time. {@link CodeTests} says which columns a task needs.
 *
 * <p>A program that cannot be run because of this machine is an exception, and never a 0.
 */
public final class CodeReward implements Reward {
    /** How much of a processor a program may use on one input or through the tests of one function, and half of its time by the clock. */
    public static final Duration TIME = Duration.ofSeconds(5);

    private final @Nullable Language language;
    private final boolean isGraded;
    private final Runtimes runtimes;
    private final ExecutorService workers;

    /**
     * A reward of programs.
     *
     * @param language null: what each task says
     * @param isGraded whether the score is the share of passed tests
     */
    public CodeReward(Sandbox sandbox, @Nullable Language language, boolean isGraded, Duration time) {
        this.language = language;
        this.isGraded = isGraded;
        runtimes = new Runtimes(sandbox, Limits.within(time));
        workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), work -> {
            Thread thread = new Thread(work, "code");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public double score(Task task, Completion completion) {
        return score(judge(CodeTests.of(task, language), completion));
    }

    @Override
    public List<Double> scores(Task task, List<Completion> completions) {
        CodeTests tests = CodeTests.of(task, language);
        Map<String, Future<Judgement>> judged = new HashMap<>(); // equal completions are run once
        List<Future<Judgement>> each = completions.stream()
                .map(completion -> judged.computeIfAbsent(
                        completion.text(), text -> workers.submit(() -> judge(tests, completion))))
                .toList();
        return each.stream().map(future -> score(result(future))).toList();
    }

    /** What the tests of a task say of a completion, for whoever wants to know more than its score. */
    Judgement judge(Task task, Completion completion) {
        return judge(CodeTests.of(task, language), completion);
    }

    private Judgement judge(CodeTests tests, Completion completion) {
        return tests.judge(completion.text(), runtimes);
    }

    private double score(Judgement judgement) {
        return isGraded ? judgement.share() : judgement.isRight() ? 1 : 0;
    }

    private static Judgement result(Future<Judgement> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("the code reward was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
