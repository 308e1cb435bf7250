package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.config.ConfigurationException;
import dev.hone.data.Example;
import dev.hone.data.row.ColumnMapping;
import dev.hone.data.row.JsonlFile;
import dev.hone.data.row.Prompts;
import dev.hone.data.row.RowRenderer;
import dev.hone.data.row.TrainOn;
import dev.hone.files.OutputFile;
import dev.hone.recipes.inspect.RowRendering;
import dev.hone.report.MarkedText;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import dev.hone.text.Tokenizer;
import dev.hone.text.TokenizerFile;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Shows what a model would see of training rows. */
@Command(
        name = "render",
        description = "Show what a model would see of training rows; the trained tokens are marked.",
        footer = {
            "",
            "Trained tokens are green on a terminal and stand in «» elsewhere. Of pairs",
            "both sides are shown, of rows with a label the answer that is judged. With",
            "--output, a line is {\"text\", \"ids\", \"trained\"}, with its \"label\"; of a pair",
            "{\"chosen\": …, \"rejected\": …}.",
            "",
            "Example:",
            "  ./hone render --model MODEL --input train.jsonl --rows 3",
            "  ./hone render --model MODEL --input gsm8k.jsonl \\",
            "    --columns prompt=question,completion=answer"
        })
final class Render extends Verb {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "The checkpoint whose tokenizer is used.")
    private Path model = Path.of("");

    @Option(
            names = "--template",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "How conversations are written: auto, chatml, alpaca, llama3, qwen2.5 or a Jinja file.")
    private String template = "auto";

    @Option(
            names = "--template-arguments",
            split = ",",
            paramLabel = "NAME=VALUE",
            description = "Values for variables of the template, as data.template-arguments in a run's file.")
    private Map<String, String> templateArguments = Map.of();

    @Option(
            names = "--learn",
            defaultValue = "replies",
            converter = TrainOnName.class,
            description = "What is trained: replies, last-reply or all.")
    private TrainOn trainOn = TrainOn.REPLIES;

    @Option(
            names = "--prompts",
            defaultValue = "text",
            converter = PromptsName.class,
            description = "How prompts that are strings are written: text, or chat (in the template).")
    private Prompts prompts = Prompts.TEXT;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "Rows: JSONL, or a JSON list.")
    private Path input = Path.of("");

    @Option(names = "--output", paramLabel = "FILE", description = "Where to write all rows as JSONL.")
    private @Nullable Path output;

    @Option(names = "--rows", defaultValue = "5", description = "How many rows to show without --output (5).")
    private int rows = 5;

    @Option(
            names = "--columns",
            split = ",",
            paramLabel = "NAME=COLUMN",
            description = "Which columns of the rows stand for which that are read, as data.columns in a run's file.")
    private Map<String, String> columns = Map.of();

    /** Its values as YAML spells them. */
    private static final class PromptsName implements ITypeConverter<Prompts> {
        @Override
        public Prompts convert(String value) {
            try {
                return Prompts.valueOf(value.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("(" + value + ") must be text or chat");
            }
        }
    }

    /** Its values as YAML spells them, or with underscores. */
    private static final class TrainOnName implements ITypeConverter<TrainOn> {
        @Override
        public TrainOn convert(String value) {
            try {
                return TrainOn.valueOf(value.replace('-', '_').toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("(" + value + ") must be replies, last-reply or all");
            }
        }
    }

    @Override
    Exit run() throws Exception {
        within("--rows", rows, 1, Integer.MAX_VALUE);
        Path target = output;
        if (target != null) {
            ResultPlace.of(target)
                    .reading("--input", input)
                    .reading("--model", model)
                    .require();
        }
        JsonlFile file = JsonlFile.open(input).with(mapping());
        try (Tokenizer tokenizer = TokenizerFile.open(model)) {
            RowRenderer renderer = new RowRenderer(tokenizer, chosen(tokenizer), trainOn).with(prompts);
            Iterator<RowRendering.RenderedRow> rendered =
                    RowRendering.of(file, renderer).iterator();
            if (target == null) {
                for (int i = 0; i < rows && rendered.hasNext(); i++) {
                    show(rendered.next(), tokenizer);
                }
            } else {
                OutputFile.write(target, writer -> {
                    while (rendered.hasNext()) {
                        for (ObjectNode line : rendered.next().lines()) {
                            writer.write(line + "\n");
                        }
                    }
                });
                err().println(String.format(Locale.ROOT, "%,d rows rendered; see %s", file.rows(), target));
            }
        }
        return Exit.DONE;
    }

    private ChatTemplate chosen(Tokenizer tokenizer) {
        try {
            return TemplateChoice.named(template, model, tokenizer, templateArguments);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--template-arguments: " + e.getMessage(), e);
        }
    }

    private ColumnMapping mapping() {
        try {
            return ColumnMapping.of(columns);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--" + e.getMessage(), e);
        }
    }

    private void show(RowRendering.RenderedRow row, Tokenizer tokenizer) {
        row.parts().forEach((name, rendered) -> {
            String place = row.place() + (name.isEmpty() ? "" : " " + name);
            for (RowRenderer.Rendered sequence : rendered.sequences()) {
                Example example = sequence.example();
                out().println(TrainedMarks.heading(place, example.length(), example.trained()));
                out().println(TrainedMarks.around(MarkedText.of(example, tokenizer)));
            }
        });
    }
}
