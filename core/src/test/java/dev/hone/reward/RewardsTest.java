package dev.hone.reward;

import dev.hone.evaluate.RewardModel;
import dev.hone.generate.LoadedModel;
import dev.hone.model.LanguageModel;
import dev.hone.testkit.RewardContract;
import dev.hone.testkit.TinyModels;
import dev.hone.testkit.TinyTokenizers;
import dev.hone.text.ChatTemplate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Rewards of all kinds keep the {@linkplain RewardContract contract}. */
class RewardsTest {
    @Nested
    class OfContains extends OfAnswer {
        @Override
        protected Reward open() {
            return new ContainsReward("answer");
        }
    }

    @Nested
    class OfExact extends OfAnswer {
        @Override
        protected Reward open() {
            return new ExactReward("answer");
        }
    }

    @Nested
    class OfNumeric extends OfAnswer {
        @Override
        protected Reward open() {
            return new NumericReward("answer");
        }
    }

    @Nested
    class OfExactMatch extends OfAnswer {
        @Override
        protected Reward open() {
            return new ExactMatchReward("answer");
        }
    }

    @Nested
    class OfF1 extends OfAnswer {
        @Override
        protected Reward open() {
            return new F1Reward("answer");
        }
    }

    @Nested
    class OfChrf extends OfAnswer {
        @Override
        protected Reward open() {
            return new ChrfReward("answer");
        }
    }

    @Nested
    class OfRougeL extends OfAnswer {
        @Override
        protected Reward open() {
            return new RougeLReward("answer");
        }
    }

    @Nested
    class OfJson extends OfAnswer {
        @Override
        protected Reward open() {
            return new JsonReward("answer");
        }
    }

    @Nested
    class OfPattern extends OfAnswer {
        @Override
        protected Reward open() {
            return new PatternReward(Pattern.compile("^7$"));
        }
    }

    @Nested
    class OfJsonSchema extends RewardContract {
        @Override
        protected Reward open() {
            return JsonSchemaReward.inColumn("answer");
        }

        @Override
        protected Task task() {
            return RewardTest.task("{\"type\": \"integer\", \"maximum\": 9}");
        }

        @Override
        protected List<String> completions() {
            return List.of("7", "12", "seven");
        }
    }

    @Nested
    @DisabledOnOs(OS.WINDOWS)
    class OfCommand extends OfAnswer {
        @Override
        protected Reward open() {
            String program = "while read line; do case \"$line\" in *completion*7*logprob*) echo '{\"score\": 1}';;"
                    + " *) echo '{\"score\": 0}';; esac; done";
            return new CommandReward(List.of("sh", "-c", program), Duration.ofSeconds(20));
        }
    }

    /** Of random weights; the order of the replies is its own. */
    @Nested
    class OfRewardModel extends RewardContract {
        private static final LanguageModel MODEL =
                TinyModels.frozen(TinyModels.llama(260, 16, 24, 2, 4, 2, 512).scoring(259), 1);

        @TempDir
        Path folder;

        @Override
        protected Reward open() {
            LoadedModel loaded = new LoadedModel(
                    MODEL, null, TinyTokenizers.bytes(folder), ChatTemplate.builtIn("chatml"), Set.of());
            return new RewardModelReward(new RewardModel(loaded, 100));
        }

        @Override
        protected Task task() {
            return RewardTest.task("7");
        }

        @Override
        protected List<String> completions() {
            return List.of("a longer reply than the others", "", "no", "yes");
        }
    }

    abstract static class OfAnswer extends RewardContract {
        @Override
        protected Task task() {
            return RewardTest.task("7");
        }

        @Override
        protected List<String> completions() {
            return List.of("7", "8 or 9", "none");
        }
    }
}
