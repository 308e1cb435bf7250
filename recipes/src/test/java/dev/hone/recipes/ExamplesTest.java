package dev.hone.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Settings;
import dev.hone.recipes.compare.ComparisonFile;
import dev.hone.recipes.method.Start;
import dev.hone.recipes.pipeline.PipelineFile;
import dev.hone.recipes.run.RunFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that come with hone are understood. They name data that a command writes first, which is all they may lack. */
class ExamplesTest {
    private static final Path FOLDER = Path.of("../examples");

    @ParameterizedTest
    @ValueSource(strings = {"stages.yaml", "methods.yaml", "reasoning.yaml", "code.yaml"})
    void pipelinesLackNothingButTheirData(String name) {
        Settings settings = Settings.read(FOLDER.resolve(name));
        ConfigurationException lacking =
                catchThrowableOfType(ConfigurationException.class, () -> PipelineFile.read(settings));
        assertThat(lacking.getMessage().lines()).allMatch(line -> line.contains(": no such file"));
    }

    @Test
    void theJudgeIsARewardModel() {
        RunFile judge =
                RunFile.read(Settings.read(FOLDER.resolve("judge.yaml"))).value();
        assertThat(judge.method().start()).isEqualTo(Start.REWARD);
    }

    @Test
    void theContestIsAContest() {
        ComparisonFile contest = ComparisonFile.read(Settings.read(FOLDER.resolve("compare.yaml")))
                .value();
        assertThat(contest.shots()).contains(0);
        assertThat(contest.steps()).isNotEmpty();
    }
}
