package dev.hone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.config.ConfigurationException;
import dev.hone.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A script that prints what it was called with stands for the baseline; {@code sh} for its interpreter. */
@DisabledOnOs(OS.WINDOWS)
class BaselineTest {
    @TempDir
    private Path folder;

    private Inputs inputs;
    private Baseline baseline;

    @BeforeEach
    void open() throws Exception {
        inputs = new Inputs(folder.resolve("inputs"), folder);
        Files.createDirectories(inputs.folder());
        baseline = new Baseline(Path.of("/bin/sh"), folder);
        Files.writeString(folder.resolve("trl_sft.py"), """
                echo progress
                echo '{"useful_tok_s": 21.5}' # torch.bfloat16, (seed=0)
                """);
    }

    @Test
    void theLastLineIsTheResult() throws Exception {
        assertThat(Baseline.rate("sft", baseline.measure("sft", inputs, DType.BF16)))
                .isEqualTo(21.5);
    }

    @Test
    void theScriptComputesInTheFasterTypeAndInTheOrderOfTheFile() throws Exception {
        baseline.measure("sft", inputs, DType.F32);
        assertThat(inputs.folder().resolve("trl_sft.py"))
                .content()
                .contains("torch.float32")
                .doesNotContain("bfloat16")
                .contains("seed=0, train_sampling_strategy");
        baseline.measure("sft", inputs, DType.BF16);
        assertThat(inputs.folder().resolve("trl_sft.py")).content().contains("torch.bfloat16");
    }

    @Test
    void aBaselineThatFailsIsNamedWithItsCommand() throws Exception {
        Files.writeString(folder.resolve("trl_dpo.py"), "exit 3 # torch.bfloat16\n");
        assertThatThrownBy(() -> baseline.measure("dpo", inputs, DType.F32))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dpo: the baseline ended with 3; try /bin/sh");
    }
}
