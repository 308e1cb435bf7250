package dev.hone.recipes;

import dev.hone.checkpoint.Checkpoint;
import dev.hone.config.DataException;
import dev.hone.data.Examples;
import dev.hone.data.JsonlFile;
import dev.hone.data.Learn;
import dev.hone.data.ReadingListener;
import dev.hone.data.RowRenderer;
import dev.hone.random.Draw;
import dev.hone.recipes.check.Complaint;
import dev.hone.recipes.check.Flaw;
import dev.hone.recipes.check.Guard;
import dev.hone.recipes.check.ModelFit;
import dev.hone.recipes.check.Report;
import dev.hone.recipes.check.Setting;
import dev.hone.recipes.check.Survey;
import dev.hone.recipes.method.Method;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Looks at a run before it starts: at its tokenizer, its template, its model's configuration and its rows, without its weights.
 * Of each file the first ten thousand rows are read, and two thousand of the others, chosen by the run's seed. Everything that
 * is wrong is told at once. The rows that are not looked at pass a {@link Guard} when the run reads them.
 */
public final class Check {
    private static final int FIRST = 10_000;
    private static final int OTHERS = 2_000;

    private final RunFile file;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Watcher watcher;
    private final Survey survey = new Survey();
    private final List<Report.Source> sources = new ArrayList<>();

    private Check(RunFile file, Tokenizer tokenizer, ChatTemplate template, Watcher watcher) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.template = template;
        this.watcher = watcher;
    }

    /** Tells what it finds. Model, tokenizer and template have to be there and readable. */
    public static Report of(RunFile file, Watcher watcher) {
        try (Language language = Language.of(file)) {
            return of(file, language, watcher);
        }
    }

    private static Report of(RunFile file, Language language, Watcher watcher) {
        return new Check(file, language.tokenizer(), language.template(), watcher).report();
    }

    /** Says what it finds; {@link DataException} with all of it if the run must not start. */
    static void pass(RunFile file, Language language, Watcher watcher) {
        Report report = of(file, language, watcher);
        List<String> complaints = report.complaints();
        if (report.refuses()) {
            throw new DataException(String.join("\n", complaints)
                    + report.wayOn().map(way -> "\n" + way).orElse(""));
        }
        watcher.say(report.described().get(0) + (complaints.isEmpty() ? ": nothing wrong was found" : ""));
        complaints.forEach(watcher::say);
    }

    /** What stands before the rows a run reads. */
    static Guard guard(RunFile file, Language language, Learn learn, boolean scored) {
        int vocabulary = file.method().startsBlank()
                ? Checkpoint.configOf(file.model()).vocabulary()
                : Checkpoint.openAny(file.model()).config().vocabulary();
        Setting setting = setting(file, language.tokenizer(), language.template(), vocabulary);
        return new Guard(setting.learning(learn, scored), accepted(file));
    }

    private Report report() {
        Method method = file.method();
        DataSettings data = file.data();
        DataSettings.HeldOut evaluate = data.evaluate();
        DataSettings.Replayed replay = data.replay();
        checkTemplate();
        Setting setting = setting(file, tokenizer, template, checkModel());
        Survey.Part learned =
                evaluate == null || evaluate.share() == null ? Survey.Part.LEARNED : Survey.Part.LEARNED_OR_MEASURED;
        read(data.trainPaths(), learned, method.rows(), setting);
        if (replay != null) {
            read(
                    List.of(replay.path()),
                    Survey.Part.REPLAYED,
                    Method.Rows.CONVERSATIONS,
                    setting.learning(Learn.REPLIES, false));
        }
        if (evaluate != null && evaluate.path() != null) {
            read(List.of(evaluate.path()), Survey.Part.MEASURED, method.rows(), setting);
        }
        return new Report(sources, setting, survey, accepted(file));
    }

    private static Set<Flaw> accepted(RunFile file) {
        Set<Flaw> accepted = EnumSet.noneOf(Flaw.class);
        accepted.addAll(file.data().accept());
        return accepted;
    }

    private static Setting setting(RunFile file, Tokenizer tokenizer, ChatTemplate template, int vocabulary) {
        Path model = file.model();
        Set<Integer> stops;
        try {
            stops = Templates.stopTokens(template, tokenizer);
        } catch (TemplateException e) { // which only matters where conversations are learned, and is told there
            stops = Templates.stopTokens(null, tokenizer);
        }
        return new Setting(
                tokenizer,
                template,
                ChatTemplate.existsIn(model)
                        && ChatTemplate.fromCheckpoint(model).fingerprint().equals(template.fingerprint()),
                stops,
                vocabulary,
                file.method().learn(),
                file.method().scoresTexts(),
                file.data().maxTokens(),
                file.data().onOverflow());
    }

    private void checkTemplate() {
        if (file.method().rows() == Method.Rows.TEXTS) {
            return;
        }
        try {
            Templates.stopTokens(template, tokenizer);
        } catch (TemplateException e) {
            survey.note(Complaint.refuse(
                    Flaw.TEMPLATE,
                    template.name(),
                    "cannot write a question and its answer, so it is not known where replies end (" + e.getMessage()
                            + "); name another as data.template"));
        }
    }

    /** Checks the model's configuration and returns the size of its vocabulary. */
    private int checkModel() {
        Checkpoint checkpoint = file.method().startsBlank() ? null : Checkpoint.openAny(file.model());
        var config = checkpoint == null ? Checkpoint.configOf(file.model()) : checkpoint.config();
        Set<Integer> ends = checkpoint == null ? config.endOfText() : checkpoint.endOfText();
        ModelFit.complaints(file.model(), tokenizer, config.vocabulary(), ends).forEach(survey::note);
        return config.vocabulary();
    }

    private void read(List<Path> paths, Survey.Part part, Method.Rows rows, Setting setting) {
        List<JsonlFile> files = new ArrayList<>();
        boolean whole = true;
        int total = 0;
        for (Path path : paths) {
            try {
                JsonlFile all = JsonlFile.open(path);
                int[] chosen = chosen(all.rows());
                files.add(all.only(chosen));
                sources.add(new Report.Source(path.toString(), chosen.length, all.rows()));
                whole &= chosen.length == all.rows();
                total += chosen.length;
            } catch (DataException e) {
                survey.refused(e);
                whole = false;
            }
        }
        if (files.isEmpty()) {
            return;
        }
        RowRenderer renderer =
                new RowRenderer(tokenizer, template, setting.learn()).inspectedBy(survey.of(part, setting));
        try (Watcher.Work work = watcher.begin("checking", "rows", total, 0)) {
            Listener listener = new Listener(work);
            Examples examples = new Reading(rows, renderer, file.data()).read(files, listener);
            if (whole && !listener.refusedAny && part == Survey.Part.LEARNED_OR_MEASURED) {
                Lesson.Parts.of(examples, file);
            }
        } catch (DataException e) { // about all rows that were read: no statement about the others
            survey.note(new Complaint(
                    Flaw.DATA,
                    whole ? Complaint.Severity.REFUSE : Complaint.Severity.WARN,
                    paths.size() == 1 ? paths.get(0).toString() : paths.toString(),
                    String.valueOf(e.getMessage())));
        }
    }

    private int[] chosen(int rows) {
        if (rows <= FIRST + OTHERS) {
            return IntStream.range(0, rows).toArray();
        }
        int[] others = Draw.of(file.training().seed(), "checked rows").permutation(rows - FIRST);
        return IntStream.concat(
                        IntStream.range(0, FIRST),
                        Arrays.stream(others)
                                .limit(OTHERS)
                                .map(row -> FIRST + row)
                                .sorted())
                .toArray();
    }

    /** Reads on after a row that cannot be used. */
    private final class Listener implements ReadingListener {
        private final Watcher.Work work;
        private boolean refusedAny;

        Listener(Watcher.Work work) {
            this.work = work;
        }

        @Override
        public void read(int rows) {
            work.report(rows, rows, "");
        }

        @Override
        public boolean stops() {
            return watcher.getAsBoolean();
        }

        @Override
        public void refused(DataException problem) {
            refusedAny = true;
            survey.refused(problem);
        }
    }
}
