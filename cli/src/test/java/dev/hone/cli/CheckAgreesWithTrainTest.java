package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.checkpoint.CheckpointWriter;
import dev.hone.tensor.DType;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run with one thing wrong is refused by check and by train, with the same words, a place and exit code 2. */
class CheckAgreesWithTrainTest {
    private static final Pattern PLACE =
            Pattern.compile("\\.yaml:\\d+: |\\.jsonl:\\d+: |\\.jsonl\\]?: |--set [^:]+: |model[^ ]*: ");

    @TempDir
    static Path folder;

    /** Something that is wrong: settings, and what is done to the folder before. */
    private record Broken(String name, List<String> settings, Damage damage, String said) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Damage {
        void to(Path run) throws IOException;
    }

    private static Broken setting(String setting) {
        String key = setting.substring(0, setting.indexOf('='));
        return new Broken(setting, List.of(setting), run -> {}, key.substring(key.lastIndexOf('.') + 1));
    }

    private static Broken settings(String said, String... settings) {
        return new Broken(String.join(" ", settings), List.of(settings), run -> {}, said);
    }

    private static Broken damage(String name, String said, Damage damage, String... settings) {
        return new Broken(name, List.of(settings), damage, said);
    }

    private static Broken rows(String name, String said, String rows, String... settings) {
        return damage(name, said, run -> Files.writeString(run.resolve("rows.jsonl"), rows), settings);
    }

    private static final String PAIRS = "{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\"}\n";

    static Stream<Broken> broken() {
        List<Broken> all = new ArrayList<>();
        Stream.of(
                        "training.rows-per-step=0",
                        "training.rows-per-step=2147483647",
                        "training.rows-per-batch=0",
                        "training.rows-per-batch=-3",
                        "training.rows-per-batch=2147483647",
                        "training.rows-per-batch=some",
                        "training.tokens-per-batch=0",
                        "training.tokens-per-batch=2147483647",
                        "training.steps=0",
                        "training.steps=9223372036854775807",
                        "training.steps=1.5",
                        "training.epochs=0",
                        "training.epochs=1e30",
                        "training.epochs=-1",
                        "training.minutes=0",
                        "training.minutes=1e300",
                        "training.learning-rate=0",
                        "training.learning-rate=-1e-4",
                        "training.max-gradient-norm=-1",
                        "training.max-gradient-norm=1e300",
                        "training.evaluate-every=-1",
                        "training.evaluate-every=2147483647",
                        "training.checkpoint-every=-1",
                        "training.checkpoint-every=2147483647",
                        "training.keep-checkpoints=0",
                        "training.keep-checkpoints=2147483647",
                        "training.workers=0",
                        "training.workers=100000",
                        "training.compute=fp8",
                        "training.recompute=some",
                        "training.memory=maybe",
                        "training.seed=x",
                        "training.early-stop.patience=0",
                        "training.early-stop.patience=2147483647",
                        "training.schedule.kind=sine",
                        "training.schedule.warmup=-1",
                        "training.schedule.warmup=1e300",
                        "training.schedule.floor=2",
                        "training.schedule.floor=-0.1",
                        "training.schedule.decay=-1",
                        "training.schedule.cycles=0",
                        "training.schedule.cycles=2147483647",
                        "training.schedule.power=0",
                        "training.schedule.power=1e300",
                        "training.optimizer.kind=sgd",
                        "training.optimizer.betas=[0.9, 1.5]",
                        "training.optimizer.betas=[0.9]",
                        "training.optimizer.epsilon=0",
                        "training.optimizer.weight-decay=-0.1",
                        "training.optimizer.weight-decay=1e300",
                        "data.max-tokens=1",
                        "data.max-tokens=2147483647",
                        "data.on-overflow=ignore",
                        "data.packing=perhaps",
                        "data.accept=[row]",
                        "data.accept=[nonsense]",
                        "data.train=[]",
                        "data.evaluate=1.5",
                        "data.evaluate={}",
                        "data.replay={path: rows.jsonl, share: 1}",
                        "data.template=nosuch",
                        "adapter={rank: 0}",
                        "adapter={rank: 2147483647}",
                        "adapter={alpha: 0}",
                        "adapter={alpha: 1e-45}",
                        "adapter={alpha: 1e300}",
                        "adapter={dropout: 1}",
                        "adapter={type: nora}",
                        "adapter={targets: []}",
                        "method=ppo",
                        "sft.smoothing=1",
                        "sft.embedding-noise=-1",
                        "sft.loss=hinge",
                        "sft.learn=some",
                        "training.learning-rte=1",
                        "datas.train=x")
                .map(setting -> setting.startsWith("adapter=") || setting.startsWith("data.replay")
                        ? settings(
                                setting.substring(setting.indexOf('{') + 1)
                                        .split(":")[0]
                                        .replace("path", "share"),
                                setting)
                        : setting(setting))
                .forEach(all::add);
        all.addAll(List.of(
                settings("vproj", "adapter={targets: [q_proj, vproj]}"),
                settings("nowhere", "adapter={path: nowhere}"),
                settings("nowhere.jsonl", "data.train=[nowhere.jsonl]"),
                settings("nowhere.jsonl", "data.evaluate=nowhere.jsonl"),
                settings("nowhere.jsonl", "data.replay=nowhere.jsonl"),
                settings("nowhere", "model=nowhere"),
                settings("is a folder", "data.train=[model]"),
                settings("model", "output=model"),
                settings("lies inside", "output=model/run"),
                settings("is the same as", "output=rows.jsonl"),
                settings("because", "output=rows.jsonl/run"),
                settings("budget without a measure", "guards={forecast: {}, forget-at-most: 2 %}"),
                settings("nowhere.jsonl", "guards={retention: {texts: [nowhere.jsonl]}}"),
                settings("best weights are chosen", "guards={retention: {texts: [rows.jsonl]}}"),
                settings("forget-at-most", "guards={retention: {texts: [rows.jsonl]}, forget-at-most: 200 %}"),
                settings("teacher is missing", "method=distill"),
                settings("nowhere", "method=distill", "distill.teacher=nowhere"),
                settings("nothing is to be learned", "method=distill", "distill.teacher=model"),
                settings("adapter", "method=pretrain", "adapter={rank: 4}"),
                settings("beta", "method=dpo", "dpo.beta=0"),
                settings("beta", "method=dpo", "dpo.beta=1e300"),
                settings("smoothing", "method=dpo", "dpo.smoothing=0.5"),
                settings("synchronise", "method=dpo", "dpo.synchronise={every: 2, share: 0.5}"),
                settings("has no chosen", "method=dpo"),
                settings("label", "method=kto"),
                rows("no rows", "holds no rows", "\n\n"),
                rows("a row that is no JSON", "not valid JSON", "{\"text\": \"a\"}\n{\"text\": \n"),
                rows("a row that is a list", "is not a JSON object", "[1]\n"),
                rows("a row of no format", "columns", "{\"words\": \"a\"}\n"),
                rows("a row that is empty", "rows.jsonl:1", "{\"text\": \"\"}\n"),
                rows("an empty reply", "rows.jsonl:1", "{\"prompt\": \"a\", \"completion\": \"\"}\n"),
                rows(
                        "a row too long",
                        "overflow",
                        "{\"text\": \"" + "long ".repeat(200) + "\"}\n",
                        "data.max-tokens=64"),
                rows(
                        "a conversation without a reply",
                        "rows.jsonl:1",
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}\n"),
                rows("pairs whose sides are the same", "rows", PAIRS.replace("\"c\"", "\"b\""), "method=dpo"),
                rows(
                        "labels of one kind",
                        "label",
                        "{\"prompt\": \"a\", \"completion\": \"b\", \"label\": true}\n".repeat(4),
                        "method=kto"),
                rows("everything held out", "data", "{\"text\": \"only one\"}\n", "data.evaluate=0.9"),
                damage("no configuration", "config.json", run -> Files.delete(run.resolve("model/config.json"))),
                damage("no weights", "model.safetensors", run -> Files.delete(run.resolve("model/model.safetensors"))),
                damage("no tokenizer", "tokenizer.json", run -> Files.delete(run.resolve("model/tokenizer.json"))),
                damage("a configuration that is cut", "config.json", run -> cut(run.resolve("model/config.json"))),
                damage("a tokenizer that is cut", "tokenizer.json", run -> cut(run.resolve("model/tokenizer.json"))),
                damage("weights that are cut", "model.safetensors", run -> cut(run.resolve("model/model.safetensors"))),
                damage(
                        "another shape",
                        "shape",
                        run -> replace(run.resolve("model/config.json"), "\"vocab_size\": ", "\"vocab_size\": 1")),
                damage(
                        "another architecture",
                        "config.json",
                        run -> replace(run.resolve("model/config.json"), "\"llama\"", "\"segmentation\"")),
                damage(
                        "a template that is cut",
                        "chat_template",
                        run -> Files.writeString(
                                run.resolve("model/chat_template.jinja"), "{% for message in messages %}")),
                damage(
                        "an adapter without weights",
                        "adapter",
                        run -> Files.createDirectory(run.resolve("adapter")),
                        "adapter={path: adapter}"),
                damage(
                        "a folder of somebody else's",
                        "is not the folder of a run",
                        run -> Files.writeString(
                                Files.createDirectories(run.resolve("run/final"))
                                        .resolve("mine.txt"),
                                "mine")),
                damage(
                        "another run.yaml",
                        "is not the folder of a run",
                        run -> Files.writeString(
                                Files.createDirectories(run.resolve("run")).resolve("run.yaml"), "mine: true"))));
        return all.stream();
    }

    private static void cut(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(all, all.length / 2));
    }

    private static void replace(Path file, String before, String after) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(before);
        Files.writeString(file, text.replace(before, after));
    }

    @BeforeAll
    static void makeAModel() throws IOException {
        Path right = folder.resolve("right");
        TinyTokenizers.bytes(right.resolve("model")).close();
        CheckpointWriter.write(right.resolve("model"), TinyModels.frozen(TinyModels.stories(), 1), DType.F32);
        Files.write(
                right.resolve("rows.jsonl"),
                IntStream.range(0, 12)
                        .mapToObj(i -> "{\"prompt\": \"say %1$c\", \"completion\": \"%1$c%1$c\"}".formatted('a' + i))
                        .toList());
        Files.writeString(right.resolve("run.yaml"), """
                method: sft
                model: model
                output: run
                data: {train: rows.jsonl, max-tokens: 64}
                training: {rows-per-step: 4, compute: fp32, workers: 1, checkpoint-every: 0}
                """);
    }

    @Test
    void theRunThatIsBrokenIsRightOtherwise() throws IOException {
        Said check = said(copy("whole"), "check", List.of());
        assertThat(check.exit()).as(check.all()).isEqualTo(Exit.DONE);
        Said train = said(folder.resolve("whole"), "train", List.of("training.steps=1"));
        assertThat(train.exit()).as(train.all()).isEqualTo(Exit.DONE);
    }

    @Test
    void thereAreAHundredOfThem() {
        assertThat(broken().count()).isGreaterThanOrEqualTo(100);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void bothRefuseIt(Broken broken) throws IOException {
        Path run = copy("run-" + Integer.toHexString(broken.name().hashCode()));
        broken.damage().to(run);
        Said check = said(run, "check", broken.settings());
        Said train = said(run, "train", broken.settings());

        assertThat(check.exit()).as(check.all()).isEqualTo(Exit.REFUSED);
        assertThat(train.exit()).as(train.all()).isEqualTo(Exit.REFUSED);
        assertThat(train.all()).doesNotContain("unexpected").contains(broken.said());
        assertThat(check.all()).doesNotContain("unexpected");
        assertThat(PLACE.matcher(train.all()).find()).as(train.all()).isTrue();
        assertThat(check.all().lines().toList()).containsAll(train.problems());
    }

    private record Said(Exit exit, String all) {
        /** The lines but those of the progress. */
        List<String> problems() {
            return all.lines()
                    .filter(line -> !line.startsWith("checking") && !line.isBlank())
                    .toList();
        }
    }

    private static Path copy(String name) throws IOException {
        Path copy = folder.resolve(name);
        try (Stream<Path> walk = Files.walk(folder.resolve("right"))) {
            for (Path each : walk.toList()) {
                Files.copy(each, copy.resolve(folder.resolve("right").relativize(each)));
            }
        }
        return copy;
    }

    /** The command, with the paths of the run's file and of the settings inside its folder. */
    private static Said said(Path run, String verb, List<String> settings) throws IOException {
        Path yaml = run.resolve("run.yaml");
        String text = Files.readString(yaml);
        if (!text.contains(run.toString())) {
            Files.writeString(yaml, text.replaceAll("(model|output|train): (\\w)", "$1: " + run + "/$2"));
        }
        List<String> arguments = new ArrayList<>(List.of(verb, yaml.toString()));
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(
                    setting.replaceAll("(?<=[=\\[ ])(nowhere|model|rows\\.jsonl|adapter)(?=[\\]},./]|$)", run + "/$1")
                            .replace("=" + run + "/model=", "=model="));
        }
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        Exit exit = Hone.run(arguments.toArray(String[]::new), writer, writer);
        return new Said(exit, said.toString());
    }
}
