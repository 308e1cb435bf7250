package dev.hone.recipes.check;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.config.Settings;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.ReadingListener;
import dev.hone.data.row.RowColumns;
import dev.hone.data.row.RowRenderer;
import dev.hone.error.DataException;
import dev.hone.random.Draw;
import dev.hone.recipes.data.DataKind;
import dev.hone.recipes.data.ReadRows;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.prepare.RowChecks;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.rule.Issue;
import dev.hone.recipes.rule.RowContext;
import dev.hone.recipes.rule.RowGuard;
import dev.hone.recipes.rule.Rule;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.DataSettings;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Looks at a run before it starts: at its tokenizer, its template, its model's configuration and its rows, without its weights.
 * Of each file the first ten thousand rows are read, and two thousand of the others, chosen by the run's seed. Everything that
 * is wrong is reported at once. The rows that are not looked at pass a {@link RowGuard} when the run reads them.
 */
public final class Check {
    private static final int FIRST = 10_000;
    private static final int OTHERS = 2_000;

    private final RunFile file;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final RunObserver observer;
    private final CheckSurvey survey = new CheckSurvey();
    private final UnreadColumns unread;
    private final List<CheckReport.SourceCount> sources = new ArrayList<>();

    private Check(RunFile file, Tokenizer tokenizer, ChatTemplate template, RunObserver observer) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.template = template;
        this.observer = observer;
        this.unread = new UnreadColumns(template.source());
    }

    /** Reports what it finds. Model, tokenizer and template have to be there and readable. */
    public static CheckReport of(RunFile file, RunObserver observer) {
        try (TokenizerAndTemplate language = TokenizerAndTemplate.of(file)) {
            return of(file, language, observer);
        }
    }

    /**
     * Reports what it finds.
     *
     * @throws ConfigurationException where a file that the run names cannot be used, or its output cannot be taken
     */
    public static CheckReport of(Settings settings, Configured<RunFile> configured, RunObserver observer) {
        RunDirectory.refusal(configured.value().output(), settings, configured).ifPresent(reason -> {
            throw reason;
        });
        try (TokenizerAndTemplate language = RunSurvey.open(configured)) {
            return of(configured.value(), language, observer);
        }
    }

    private static CheckReport of(RunFile file, TokenizerAndTemplate language, RunObserver observer) {
        return new Check(file, language.tokenizer(), language.template(), observer).report();
    }

    /** Reports what it finds; {@link DataException} with all of it if the run must not start. */
    public static CheckReport pass(RunFile file, TokenizerAndTemplate language, RunObserver observer) {
        CheckReport report = of(file, language, observer);
        List<String> complaints = report.complaints();
        if (report.refuses()) {
            throw new DataException(String.join("\n", complaints)
                    + report.wayOn().map(way -> "\n" + way).orElse(""));
        }
        observer.say(report.described().get(0) + (complaints.isEmpty() ? ": nothing wrong was found" : ""));
        complaints.forEach(observer::say);
        return report;
    }

    private CheckReport report() {
        DataKind kind = file.kind();
        DataSettings data = file.data();
        DataSettings.HeldOut evaluate = data.evaluate();
        checkTemplate();
        new RewardCheck(file, observer).issues().forEach(survey::note);
        RowContext context = RowChecks.context(file, tokenizer, template, checkModel());
        CheckSurvey.RowUse trainedTokens = evaluate == null || evaluate.share() == null
                ? CheckSurvey.RowUse.TRAINED
                : CheckSurvey.RowUse.TRAINED_OR_HELD_OUT;
        read(data.trainFiles(), trainedTokens, kind, context);
        data.replayFile()
                .ifPresent(replay -> read(List.of(replay), CheckSurvey.RowUse.REPLAYED, RunDatasets.REPLAYED, context));
        data.evaluateFile().ifPresent(measured -> read(List.of(measured), CheckSurvey.RowUse.MEASURED, kind, context));
        return new CheckReport(sources, context, kind, survey, RowChecks.accepted(file));
    }

    private void checkTemplate() {
        if (!file.kind().isConversational()) {
            return;
        }
        try {
            TemplateChoice.stopTokens(template, tokenizer);
        } catch (TemplateException e) {
            survey.note(Issue.refuse(
                    Rule.TEMPLATE,
                    template.name(),
                    "cannot write a question and its answer, so it is not known where replies end (" + e.getMessage()
                            + "); name another as data.template"));
        }
    }

    /** Checks the model's configuration and returns the size of its vocabulary. */
    private int checkModel() {
        Start start = file.method().start();
        int vocabulary = start.config(file.model()).vocabulary();
        ModelFit.complaints(file.model(), tokenizer, vocabulary, start.endOfText(file.model()))
                .forEach(survey::note);
        String place = file.model().toString();
        start.notes(file.model())
                .forEach(note -> survey.note(Issue.warn(Rule.WEIGHTS, place, note.substring((place + ": ").length()))));
        return vocabulary;
    }

    private void read(
            List<DataSettings.RowFile> sourceFiles, CheckSurvey.RowUse part, DataKind kind, RowContext context) {
        List<JsonlFile> files = new ArrayList<>();
        boolean whole = true;
        int total = 0;
        for (DataSettings.RowFile source : sourceFiles) {
            try {
                JsonlFile all = source.open();
                int[] chosen = chosen(all.rows());
                files.add(all.only(chosen));
                sources.add(new CheckReport.SourceCount(
                        source.path().toString(), all.described(), chosen.length, all.rows()));
                whole &= chosen.length == all.rows();
                total += chosen.length;
            } catch (DataException e) {
                survey.note(Issue.refuse(Rule.DATA, e.place(), e.reason()));
                whole = false;
            }
        }
        if (files.isEmpty()) {
            return;
        }
        RowRenderer renderer = new RowRenderer(tokenizer, template, kind.trainOn())
                .with(file.data().prompts())
                .inspectedBy(survey.of(part, kind.checks(context)));
        try (RunObserver.Work work = observer.begin("checking", "rows", total, 0)) {
            Listener listener = new Listener(work);
            ReadRows rows = kind.read(files, renderer, file.data(), listener);
            if (whole && !listener.refusedAny && part == CheckSurvey.RowUse.TRAINED_OR_HELD_OUT) {
                RunDatasets.split(rows, file);
            }
        } catch (DataException e) { // about all rows that were read: no statement about the others
            survey.note(new Issue(
                    Rule.DATA,
                    whole ? Issue.Severity.REFUSE : Issue.Severity.WARN,
                    sourceFiles.stream().map(source -> source.path().toString()).collect(Collectors.joining(", ")),
                    String.valueOf(e.getMessage())));
        }
    }

    private int[] chosen(int rows) {
        if (rows <= FIRST + OTHERS) {
            return IntStream.range(0, rows).toArray();
        }
        int[] others = Draw.of(file.training().hyperparameters().seed(), "checked rows")
                .permutation(rows - FIRST);
        return IntStream.concat(
                        IntStream.range(0, FIRST),
                        Arrays.stream(others)
                                .limit(OTHERS)
                                .map(row -> FIRST + row)
                                .sorted())
                .toArray();
    }

    /** Continues after a row that cannot be used. */
    private final class Listener implements ReadingListener {
        private final RunObserver.Work work;
        private boolean refusedAny;

        Listener(RunObserver.Work work) {
            this.work = work;
        }

        @Override
        public void read(int rows) {
            work.report(rows, rows, "");
        }

        @Override
        public boolean stops() {
            return observer.getAsBoolean();
        }

        @Override
        public boolean readsAll() {
            return true;
        }

        @Override
        public void unread(RowColumns row) {
            unread.issue(row).ifPresent(survey::note);
        }

        @Override
        public void refused(DataException problem) {
            refusedAny = true;
            survey.refused(problem);
        }
    }
}
