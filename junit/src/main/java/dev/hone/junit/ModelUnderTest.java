package dev.hone.junit;

import dev.hone.checkpoint.AdapterFiles;
import dev.hone.checkpoint.Fingerprint;
import dev.hone.data.row.JsonlFile;
import dev.hone.error.CheckpointException;
import dev.hone.generate.Completion;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.model.adapter.Adapter;
import dev.hone.recipes.evaluate.EvaluationResult;
import dev.hone.recipes.evaluate.Measure;
import dev.hone.recipes.evaluate.TextLoss;
import dev.hone.recipes.reward.RewardChoice;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.sample.RejectionSampling;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.rollout.Sample;
import dev.hone.text.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * A fine-tuned model beside its base, and what a test asserts of it. Owned by the {@link HoneExtension}; its methods may be called by
 * several threads and run one after the other.
 *
 * <p>Each set of cases is answered once in a class, however many assertions are made of it. The base's answers are kept on disk
 * besides, under the digest of the base, the cases and what else they depend on.
 */
public final class ModelUnderTest implements AutoCloseable {
    /** Prompts that are compared when a model is read back. */
    private static final int COMPARED = 8;

    private final Subject subject;
    private final Consumer<String> warnings;
    private final BaseCache cache;
    private final Map<List<Object>, Answers> known = new HashMap<>();
    private @Nullable LoadedModel opened;

    ModelUnderTest(Subject subject, Consumer<String> warnings) {
        this.subject = subject;
        this.warnings = warnings;
        this.cache = new BaseCache(subject);
    }

    /** Cases in a file, scored by {@code exact} until the check says otherwise. */
    public CaseCheck cases(String file) {
        return cases(Path.of(file));
    }

    /** Cases in a file, scored by {@code exact} until the check says otherwise. */
    public CaseCheck cases(Path file) {
        return new CaseCheck(this, file, RewardChoice.of("exact"), "answer", 256);
    }

    /** Prompts in a file all of which are to be refused: {@code refuses(file).atLeast(0.95)}. */
    public CaseCheck refuses(String file) {
        return cases(file).scoredBy("refusal:true");
    }

    /** Prompts in a file all of which are to be answered, harmless as they are. */
    public CaseCheck doesNotRefuse(String file) {
        return cases(file).scoredBy("refusal:false");
    }

    /** Texts in a file. */
    public TextCheck texts(String file) {
        return new TextCheck(this, Path.of(file));
    }

    /** The model, for assertions of one's own; closed with the class. */
    public synchronized LoadedModel model() {
        LoadedModel model = opened;
        if (model == null) {
            model = subject.open(warnings);
            opened = model;
        }
        return model;
    }

    /** Asserts that the files of what was trained, those of the adapter or of the checkpoint, take at most this many megabytes (10⁶ bytes). */
    public void isAtMostMegabytes(double megabytes) {
        Map<Path, Long> sizes = sizes(subject.product());
        long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
        if (bytes > megabytes * 1e6) {
            String largest = sizes.entrySet().stream()
                    .sorted(Map.Entry.<Path, Long>comparingByValue().reversed())
                    .limit(5)
                    .map(file -> String.format(Locale.ROOT, "%n  %,13d  %s", file.getValue(), file.getKey()))
                    .collect(Collectors.joining());
            throw new AssertionFailedError(
                    String.format(
                            Locale.ROOT,
                            "%s: takes %.1f MB in %d files, expected at most %s MB; the largest:%s",
                            subject.product(),
                            bytes / 1e6,
                            sizes.size(),
                            megabytes,
                            largest),
                    megabytes,
                    bytes / 1e6);
        }
    }

    private static Map<Path, Long> sizes(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder + ": is no folder");
        }
        Map<Path, Long> sizes = new HashMap<>();
        try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(file, Files.size(file));
            }
        } catch (IOException e) {
            throw new CheckpointException(folder + ": cannot be read (" + e.getMessage() + ")", e);
        }
        return sizes;
    }

    /**
     * Asserts that the model is the same once more: read from its files a second time, and an adapter also saved and read back, it
     * answers the first prompts of a file with the same tokens and, bit for bit, the same log-probabilities.
     */
    public synchronized void loadsBackTheSame(String file) {
        JsonlFile rows = JsonlFile.open(Path.of(file));
        List<Task> tasks = new ArrayList<>();
        for (int row = 0; row < Math.min(COMPARED, rows.rows()); row++) {
            tasks.add(Task.read(rows, row));
        }
        if (tasks.isEmpty()) {
            throw new AssertionFailedError(file + ": has no prompts to compare");
        }
        List<Completion> now = complete(model(), tasks);
        try (LoadedModel again = subject.open(warnings)) {
            requireSame(tasks, rows, now, complete(again, tasks), "read once more");
        }
        Adapter adapter = model().adapter();
        if (adapter != null) {
            try (LoadedModel again = savedAndRead(adapter)) {
                requireSame(tasks, rows, now, complete(again, tasks), "saved and read back");
            }
        }
    }

    private LoadedModel savedAndRead(Adapter adapter) {
        LoadedModel model = model();
        Path folder = null;
        try {
            folder = Files.createTempDirectory("hone-junit");
            AdapterFiles.write(
                    folder,
                    adapter,
                    model.model().config(),
                    subject.base().toString(),
                    Fingerprint.of(model.model().config(), model.tokenizer(), model.template(), model.stopTokens()));
            LoadedModel again = subject.openWith(folder, warning -> {});
            return new LoadedModel(
                    again.model(), again.adapter(), again.tokenizer(), model.template(), model.stopTokens());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(folder);
        }
    }

    private static void delete(@Nullable Path folder) {
        if (folder != null) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<Completion> complete(LoadedModel model, List<Task> tasks) {
        List<Request> requests = tasks.stream()
                .map(task -> model.request(task.messages(), task.tools(), Sampling.greedy(), 32))
                .toList();
        try (Generator generator = model.generator(COMPARED)) {
            return generator.complete(requests);
        }
    }

    private void requireSame(
            List<Task> tasks, JsonlFile rows, List<Completion> now, List<Completion> again, String how) {
        for (int i = 0; i < tasks.size(); i++) {
            Completion one = now.get(i);
            Completion other = again.get(i);
            if (!Arrays.equals(one.ids(), other.ids())
                    || !Arrays.equals(one.logProbabilities(), other.logProbabilities())) {
                throw new AssertionFailedError(
                        subject.product() + ": " + how + ", it answers otherwise:" + "\n  " + rows.place(i)
                                + "\n    prompt: " + asked(tasks.get(i)) + "\n    before: " + one.text()
                                + "\n    then:   " + other.text(),
                        one.text(),
                        other.text());
            }
        }
    }

    /** The answers of the model under test. */
    synchronized Answers answers(CaseCheck check) {
        List<Object> key = List.of("tuned", check.file(), check.reward(), check.answerColumn(), check.maxTokens());
        Answers answers = known.get(key);
        if (answers == null) {
            answers = answer(model(), check);
            known.put(key, answers);
        }
        return answers;
    }

    /** The answers of the base: those of this class, those on disk, or new ones. */
    synchronized Answers baseAnswers(CaseCheck check) {
        List<Object> key = List.of("base", check.file(), check.reward(), check.answerColumn(), check.maxTokens());
        Answers answers = known.get(key);
        if (answers == null) {
            answers = cache.answers(check, () -> {
                try (LoadedModel base = subject.openBase(warnings)) {
                    return answer(base, check);
                }
            });
            known.put(key, answers);
        }
        return answers;
    }

    private static Answers answer(LoadedModel model, CaseCheck check) {
        JsonlFile rows = JsonlFile.open(check.file());
        try (Reward reward = check.reward().open(check.answerColumn())) {
            RejectionSampling sampled = RejectionSampling.draw(
                    model,
                    check.file(),
                    reward,
                    RejectionSampling.SamplePlan.greedy(check.maxTokens()),
                    RunObserver.none());
            List<Answer> answers = new ArrayList<>();
            for (List<Sample> ofTask : sampled.samples()) {
                answers.add(answer(ofTask.get(0), rows, check.answerColumn()));
            }
            if (answers.isEmpty()) {
                throw new AssertionFailedError(check.file() + ": has no cases");
            }
            return new Answers(answers);
        }
    }

    private static Answer answer(Sample sample, JsonlFile rows, String column) {
        Task task = sample.task();
        if (!sample.isJudged()) {
            throw new AssertionFailedError(rows.place(Math.toIntExact(task.row()))
                    + ": the reward has no judgement of the answer, so that nothing can be asserted of it");
        }
        return new Answer(
                rows.place(Math.toIntExact(task.row())),
                asked(task),
                task.columns().hasNonNull(column) ? task.text(column) : "",
                sample.completion().text(),
                sample.score());
    }

    private static String asked(Task task) {
        return task.messages().stream().map(Message::content).collect(Collectors.joining("\n"));
    }

    /** The loss of the model under test on texts. */
    synchronized Measure loss(Path file) {
        return loss(model(), file);
    }

    /** That of the base. */
    synchronized Measure baseLoss(Path file) {
        return cache.loss(file, () -> {
            try (LoadedModel base = subject.openBase(warnings)) {
                return loss(base, file);
            }
        });
    }

    private static Measure loss(LoadedModel model, Path file) {
        return TextLoss.of(file)
                .evaluate(model, RunObserver.none())
                .map(EvaluationResult::measure)
                .orElseThrow();
    }

    @Override
    public synchronized void close() {
        LoadedModel model = opened;
        opened = null;
        if (model != null) {
            model.close();
        }
    }
}
