package dev.hone.recipes.tour;

import dev.hone.model.adapter.AdapterConfig;
import dev.hone.report.BeforeAfter;
import dev.hone.report.Curve;
import dev.hone.report.HtmlReport;
import dev.hone.report.Plot;
import dev.hone.report.Table;
import dev.hone.report.Table.Cell;
import dev.hone.report.Table.Column;
import dev.hone.world.InstructionTask;
import dev.hone.world.Language;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A tour's results as tables and as a page. */
public final class TourReport {
    /** Published shape of Qwen2.5-7B: hidden 3584, intermediate 18944, 28 layers, keys and values 512 wide. */
    private static final long QWEN_7B = 7_615_616_512L;

    private TourReport() {}

    /** Right answers on held-out instructions, with 95 % intervals. */
    public static Table accuracy(TourResults results) {
        Table table = Table.of(
                Column.text("held-out instructions"),
                Column.number("asked"),
                Column.number("base"),
                Column.number("fine-tuned"),
                Column.number("trained from scratch"));
        for (Language language : Language.values()) {
            table = row(table, language == Language.ENGLISH ? "English" : "Korean", language.code(), results);
        }
        for (InstructionTask task : InstructionTask.values()) {
            String name = task.name().toLowerCase(Locale.ROOT);
            table = table.row(
                    Cell.text("  " + name),
                    Cell.count(named(results.before(), name).size()),
                    share(named(results.before(), name)),
                    share(named(results.after(), name)),
                    share(named(results.fromScratch(), name)));
        }
        return row(table, "all", "", results);
    }

    private static Table row(Table table, String title, String group, TourResults results) {
        return table.row(
                Cell.text(title),
                Cell.count(TourResults.count(results.before(), group)),
                share(in(results.before(), group)),
                share(in(results.after(), group)),
                share(in(results.fromScratch(), group)));
    }

    private static Cell share(List<TourAnswer> answers) {
        return Cell.share(answers.stream().filter(TourAnswer::right).count(), answers.size());
    }

    private static List<TourAnswer> in(List<TourAnswer> answers, String group) {
        return answers.stream().filter(a -> a.group().startsWith(group)).toList();
    }

    private static List<TourAnswer> named(List<TourAnswer> answers, String task) {
        return answers.stream().filter(a -> a.group().endsWith(" " + task)).toList();
    }

    /** What fine-tuning took. */
    public static Table cost(TourResults results) {
        return Table.of(Column.text("fine-tuning"), Column.number(""))
                .row(
                        Cell.text("trained, of this model with it"),
                        Cell.text(share(results.trained(), results.parameters())))
                .row(Cell.text("the same adapter on Qwen2.5-7B"), Cell.text(share(qwenAdapter(), QWEN_7B)))
                .row(
                        Cell.text("adapter on disk"),
                        Cell.text(String.format(Locale.ROOT, "%.1f MB", results.adapterBytes() / 1e6)))
                .row(
                        Cell.text("time"),
                        Cell.text(String.format(
                                Locale.ROOT,
                                "%.0f s, %,.0f tokens/s",
                                results.seconds(),
                                results.tokens() / results.seconds())));
    }

    /** An adapter's share of all parameters, its own among them: as a run's first line and PEFT count it. */
    static String share(long adapter, long base) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d parameters (%.2f %%)",
                adapter,
                base + adapter,
                100.0 * adapter / (base + adapter));
    }

    /** r · (in + out) over the seven projections of each layer. */
    private static long qwenAdapter() {
        long hidden = 3584;
        long wide = 18944;
        long keys = 512;
        long perLayer = 2 * (hidden + hidden) + 2 * (hidden + keys) + 2 * (hidden + wide) + (wide + hidden);
        return AdapterConfig.standard().rank() * perLayer * 28;
    }

    /** The page that is left behind. */
    public static HtmlReport page(TourResults results) {
        return new HtmlReport(
                        "A small model learns to follow instructions",
                        String.format(
                                Locale.ROOT,
                                "%,d parameters, English and Korean, %.0f seconds of LoRA",
                                results.parameters(),
                                results.seconds()))
                .heading("Before and after")
                .paragraph(
                        "The base was trained on texts about a small invented world and has never seen an instruction:"
                                + " it continues the text. Fine-tuning taught it what an instruction wants, not the world itself."
                                + " None of the instructions below was in its training data.")
                .table(accuracy(results))
                .heading("The same prompts, before and after")
                .comparisons(comparisons(results))
                .heading("How it was trained")
                .chart(Plot.of(
                        "Loss on the replies",
                        "",
                        Curve.of("fine-tuning the base", results.tuning(), "loss"),
                        Curve.of("from scratch", results.fromScratchSteps(), "loss")))
                .paragraph(
                        "The same instructions for the same time, from scratch: without what pre-training gave, there is"
                                + " not enough to learn from. This is the difference between training and fine-tuning.")
                .heading("The scorecard")
                .paragraph(
                        "Each purpose of fine-tuning, and what the base could do before. It was taught to follow instructions,"
                                + " which it learned; nobody taught it to refuse harmful requests, and what it knew as plain"
                                + " text got worse: replay and guards are for that.")
                .table(results.scorecard())
                .heading("What it took")
                .table(cost(results));
    }

    private static List<BeforeAfter> comparisons(TourResults results) {
        List<BeforeAfter> cards = new ArrayList<>();
        for (int i = 0; i < Math.min(16, results.before().size()); i++) {
            cards.add(new BeforeAfter(
                    results.before().get(i).prompt(),
                    reply(results.before().get(i)),
                    reply(results.after().get(i))));
        }
        return cards;
    }

    private static BeforeAfter.Reply reply(TourAnswer answer) {
        String text = answer.reply().strip();
        return new BeforeAfter.Reply(
                text.length() > 300 ? text.substring(0, 300) + " …" : text,
                answer.right() ? BeforeAfter.Correctness.RIGHT : BeforeAfter.Correctness.WRONG);
    }
}
