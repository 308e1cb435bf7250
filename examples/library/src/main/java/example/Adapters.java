package example;

import dev.hone.checkpoint.AdapterOnBase;
import dev.hone.checkpoint.Checkpoint;
import dev.hone.checkpoint.WeightDigest;
import dev.hone.data.row.JsonlFile;
import dev.hone.generate.Completion;
import dev.hone.generate.ComputeChoice;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Sampling;
import dev.hone.model.adapter.Adapter;
import dev.hone.reward.ContainsReward;
import dev.hone.reward.ExactReward;
import dev.hone.reward.JsonSchemaReward;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.reward.manner.RefusalReward;
import dev.hone.tensor.Engine;
import dev.hone.text.ChatTemplate;
import dev.hone.text.TemplateChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Several adapters on one base that is read once: each answers its own cases alone, then all of them in one batch, case by case in
 * turn: Adapters CHECKPOINT COUNT (ADAPTER CASES REWARD TEMPLATE)…, where COUNT is how many cases of each file are asked, from the first
 * on, and REWARD is exact, contains, schema or refusal. It ends with a digest of the base's weights before and after.
 */
public final class Adapters {
    private static final int MAX_TOKENS = 80;

    /** Sequences that are computed at once. */
    private static final int SLOTS = 64;

    /** A case and the model that answers it. */
    private record Case(LoadedModel model, Task task) {}

    /** What an adapter is for: its cases and what scores them. */
    private record Purpose(String name, List<Case> cases, Reward reward) {
        int right(List<Completion> answers) {
            int right = 0;
            for (int i = 0; i < answers.size(); i++) {
                right += reward.score(cases.get(i).task(), answers.get(i)) > 0 ? 1 : 0;
            }
            return right;
        }
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        Engine.useThreads(1); // of a small model: its products are too small to be shared out
        try (LoadedModel base =
                LoadedModel.open(folder, null, ComputeChoice.fastest(), "auto", System.err::println)) {
            List<Purpose> purposes = new ArrayList<>();
            int count = Integer.parseInt(arguments[1]);
            for (int i = 2; i < arguments.length; i += 4) {
                purposes.add(purpose(
                        base,
                        Checkpoint.open(folder),
                        count,
                        List.of(arguments).subList(i, i + 4)));
            }
            String before = WeightDigest.ofSample(base.model());
            List<List<Completion>> alone =
                    purposes.stream().map(purpose -> answers(base, purpose.cases())).toList();
            List<Case> turns = inTurn(purposes.stream().map(Purpose::cases).toList());
            Map<Case, Completion> together = new IdentityHashMap<>();
            List<Completion> inTurn = answers(base, turns);
            IntStream.range(0, turns.size()).forEach(i -> together.put(turns.get(i), inTurn.get(i)));
            for (int i = 0; i < purposes.size(); i++) {
                Purpose purpose = purposes.get(i);
                List<Case> bare = purpose.cases().stream()
                        .map(each -> new Case(each.model().with(null), each.task()))
                        .toList();
                List<Completion> mixed =
                        purpose.cases().stream().map(together::get).toList();
                List<Completion> own = alone.get(i);
                long same = IntStream.range(0, own.size())
                        .filter(k -> own.get(k).text().equals(mixed.get(k).text()))
                        .count();
                System.out.printf(
                        "%s: base %d, adapter alone %d, beside the others %d of %d right; %d answers the same%n",
                        purpose.name(),
                        purpose.right(answers(base, bare)),
                        purpose.right(own),
                        purpose.right(mixed),
                        own.size(),
                        same);
            }
            System.out.printf(
                    "weights of the base: %s before, %s after%n",
                    before.substring(0, 12),
                    WeightDigest.ofSample(base.model()).substring(0, 12));
        }
    }

    private static Purpose purpose(LoadedModel base, Checkpoint checkpoint, int count, List<String> arguments) {
        Adapter adapter = AdapterOnBase.open(Path.of(arguments.get(0)), checkpoint).adapter();
        ChatTemplate template = TemplateChoice.named(arguments.get(3), checkpoint.folder(), base.tokenizer());
        LoadedModel model =
                new LoadedModel(base.model(), adapter, base.tokenizer(), template, base.stopTokens());
        JsonlFile rows = JsonlFile.open(Path.of(arguments.get(1)));
        List<Case> cases = new ArrayList<>();
        for (int row = 0; row < Math.min(count, rows.rows()); row++) {
            cases.add(new Case(model, Task.read(rows, row)));
        }
        Reward reward =
                switch (arguments.get(2)) {
                    case "exact" -> new ExactReward("answer");
                    case "contains" -> new ContainsReward("answer");
                    case "schema" -> JsonSchemaReward.inColumn("schema");
                    case "refusal" -> new RefusalReward(null);
                    default -> throw new IllegalArgumentException("reward (" + arguments.get(2) + ")");
                };
        return new Purpose(arguments.get(1), cases, reward);
    }

    /** The first case of each, then the second of each, and so on. */
    private static List<Case> inTurn(List<List<Case>> all) {
        List<Case> turns = new ArrayList<>();
        int longest = all.stream().mapToInt(List::size).max().orElse(0);
        for (int row = 0; row < longest; row++) {
            for (List<Case> cases : all) {
                if (row < cases.size()) {
                    turns.add(cases.get(row));
                }
            }
        }
        return turns;
    }

    /** Greedy answers from one generator, whatever the adapters of the cases. */
    private static List<Completion> answers(LoadedModel base, List<Case> cases) {
        try (Generator generator = base.generator(SLOTS)) {
            List<Generation> generations = cases.stream()
                    .map(each -> generator.submit(
                            each.model().request(each.task().messages(), Sampling.greedy(), MAX_TOKENS)))
                    .toList();
            generator.finish();
            return generations.stream().map(Generation::completion).toList();
        }
    }
}
