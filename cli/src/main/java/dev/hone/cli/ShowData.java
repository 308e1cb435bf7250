package dev.hone.cli;

import dev.hone.config.ConfigurationException;
import dev.hone.data.row.ColumnMapping;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.recipes.statistics.DataStatistics;
import dev.hone.recipes.statistics.StatisticsReport;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what files of rows hold. */
@Command(
        name = "data",
        description = "Show what files hold: what they are read as, lengths, languages, and what stands in them twice.",
        footer = {
            "",
            "Files are JSON Lines, a JSON list, CSV or TSV, any of these compressed with gzip",
            "or zstd, Parquet, a query to a database (.sql), or a folder of documents.",
            "Rows are nearly alike where four fifths of their runs of five words are common.",
            "",
            "Examples:",
            "  ./hone data train.jsonl --model MODEL",
            "  ./hone data train.parquet --against test.jsonl",
            "  ./hone data chats.csv --columns prompt=question,completion=answer --json"
        })
final class ShowData extends Verb {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of rows, or folders of documents.")
    private List<Path> files = List.of();

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "The checkpoint whose tokenizer is used; without it, characters are counted.")
    private @Nullable Path model;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "How conversations are written: auto, chatml, alpaca, llama3, qwen2.5 or a Jinja file.")
    private String template = "auto";

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "An evaluation's rows, which are looked for in the files; may be repeated.")
    private List<Path> evaluations = List.of();

    @Option(
            names = "--columns",
            split = ",",
            paramLabel = "NAME=COLUMN",
            description = "Which columns of the rows stand for which that are read, as data.columns in a run's file.")
    private Map<String, String> columns = Map.of();

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Override
    Exit run() {
        ColumnMapping mapping = mapping();
        List<JsonlFile> rows =
                JsonlFile.open(files).stream().map(file -> file.with(mapping)).toList();
        List<JsonlFile> against = JsonlFile.open(evaluations);
        Path folder = model;
        try (Interruption interruption = Interruption.watchUnsaved(err())) {
            Terminal terminal = new Terminal(err(), interruption);
            if (folder == null) {
                show(DataStatistics.of(rows, null, against, terminal));
                return Exit.DONE;
            }
            try (Tokenizer tokenizer = TokenizerFile.open(folder)) {
                RowRenderer renderer =
                        new RowRenderer(tokenizer, TemplateChoice.named(template, folder, tokenizer), TrainOn.REPLIES);
                show(DataStatistics.of(rows, renderer, against, terminal));
            }
        }
        return Exit.DONE;
    }

    private void show(DataStatistics statistics) {
        if (json) {
            print(StatisticsReport.json(statistics));
        } else {
            StatisticsReport.lines(statistics).forEach(out()::println);
        }
    }

    private ColumnMapping mapping() {
        try {
            return ColumnMapping.of(columns).whereFound();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--" + e.getMessage(), e);
        }
    }
}
