package dev.hone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.CheckpointException;
import dev.hone.files.JsonFiles;
import dev.hone.model.architecture.ModelConfig;
import dev.hone.model.layer.LayerSpec;
import dev.hone.model.layer.RopeScaling;
import dev.hone.testkit.GoldenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final String SHAPE = "'model_type':'llama','vocab_size':32,'hidden_size':16,"
            + "'intermediate_size':24,'num_hidden_layers':2,'num_attention_heads':4";

    @TempDir
    Path folder;

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    private static ModelConfig parse(String more) throws IOException {
        return ConfigFile.parse(Path.of("config.json"), json("{" + SHAPE + more + "}"));
    }

    @Test
    void bothDialectsSayTheSame() throws IOException {
        String llama3 = "'factor':8,'low_freq_factor':1,'high_freq_factor':4,'original_max_position_embeddings':32";
        ModelConfig old = parse(
                ",'rope_theta':5e5,'rope_scaling':{'rope_type':'llama3'," + llama3 + "}," + "'torch_dtype':'bfloat16'");
        ModelConfig current =
                parse(",'rope_parameters':{'rope_type':'llama3','rope_theta':5e5," + llama3 + "},'dtype':'bfloat16'");
        assertThat(old.rope().theta()).isEqualTo(5e5).isEqualTo(current.rope().theta());
        assertThat(old.rope().scaling())
                .isEqualTo(new RopeScaling.Llama3(8, 1, 4, 32))
                .isEqualTo(current.rope().scaling());
        assertThat(old.source().dtype())
                .isEqualTo("bfloat16")
                .isEqualTo(current.source().dtype());
        assertThat(Fingerprint.digest(old)).isEqualTo(Fingerprint.digest(current));
    }

    @Test
    void veryOldFilesCallTheKindOfScalingType() throws IOException {
        assertThat(parse(",'rope_scaling':{'type':'linear','factor':2}").rope().scaling())
                .isEqualTo(new RopeScaling.Linear(2));
    }

    @Test
    void absentKeysHaveTheFamilysDefaults() throws IOException {
        ModelConfig config = parse("");
        assertThat(config.attention().keyValueHeads()).isEqualTo(4);
        assertThat(config.attention().headSize()).isEqualTo(4);
        assertThat(config.shape().normEpsilon()).isEqualTo(1e-6);
        assertThat(config.rope().theta()).isEqualTo(10_000);
        assertThat(config.rope().scaling()).isEqualTo(RopeScaling.NONE);
        assertThat(config.shape().tied()).isFalse();
        assertThat(config.tokens().end()).isEmpty();
        assertThat(config.tokens().padding()).isNull();
    }

    @Test
    void mistralsWindowIsANumberOrNull() throws IOException {
        String mistral = ",'model_type':'mistral'";
        assertThat(window(mistral + ",'sliding_window':8")).isEqualTo(8);
        assertThat(window(mistral + ",'sliding_window':null")).isEqualTo(LayerSpec.UNBOUNDED);
        assertThat(window(mistral)).isEqualTo(4096);
        assertThat(window(",'sliding_window':8")).isEqualTo(LayerSpec.UNBOUNDED);
    }

    private static int window(String keys) throws IOException {
        ObjectNode root = json("{" + SHAPE + "}");
        root.setAll(json("{" + keys.substring(1) + "}"));
        ModelConfig config = ConfigFile.parse(Path.of("config.json"), root);
        ModelConfig again = ConfigFile.parse(Path.of("config.json"), ConfigFile.write(config, "float32"));
        assertThat(again.layer(0).attention().form().window())
                .isEqualTo(config.layer(0).attention().form().window());
        return config.layer(0).attention().form().window();
    }

    @Test
    void endOfTextIsANumberOrAList() throws IOException {
        assertThat(parse(",'eos_token_id':7").tokens().end()).isEqualTo(Set.of(7));
        assertThat(parse(",'eos_token_id':[7,9]").tokens().end()).isEqualTo(Set.of(7, 9));
    }

    @Test
    void keysNobodyReadsSurviveARewriteInTheOldDialect() throws IOException {
        ModelConfig config = parse(",'rope_parameters':{'rope_type':'default','rope_theta':7},'dtype':'float16',"
                + "'_their_own':{'b':[1,null],'a':'x'},'transformers_version':'9'");
        ObjectNode written = ConfigFile.write(config, "bfloat16");
        assertThat(written.path("_their_own")).isEqualTo(json("{'b':[1,null],'a':'x'}"));
        assertThat(written.path("transformers_version").asText()).isEqualTo("9");
        assertThat(written.has("rope_parameters")).isFalse();
        assertThat(written.has("dtype")).isFalse();
        assertThat(written.path("rope_theta").asDouble()).isEqualTo(7);
        assertThat(written.path("torch_dtype").asText()).isEqualTo("bfloat16");
    }

    @Test
    void aWrittenConfigurationReadsBackTheSameAndIsStable() throws IOException {
        Path file = folder.resolve("config.json");
        for (ModelConfig config : GoldenModels.families()) {
            JsonFiles.write(file, ConfigFile.write(config, "float32"));
            byte[] first = Files.readAllBytes(file);
            ModelConfig read = ConfigFile.read(file);
            assertThat(read)
                    .usingRecursiveComparison()
                    .ignoringFields("source.keys")
                    .isEqualTo(config);
            JsonFiles.write(file, ConfigFile.write(read, "float32"));
            assertThat(Files.readAllBytes(file)).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type':'mamba'                    | model_type (mamba) is not a family we compute; supported are llama",
                "'hidden_act':'gelu'                     | hidden_act (gelu)",
                "'num_hidden_layers':0                   | num_hidden_layers (0) must be positive",
                "'num_hidden_layers':2000000000          | num_hidden_layers (2000000000) must be at most 10000",
                "'vocab_size':2147483647               | vocab_size (2147483647) must be at most 16777216",
                "'hidden_size':2000000000              | hidden_size (2000000000) must be at most 4194304",
                "'intermediate_size':2000000000        | intermediate_size (2000000000) must be at most 4194304",
                "'head_dim':1073741824                 | num_attention_heads times head_dim (4294967296) must be at most 4194304",
                "'rope_scaling':{'type':'llama3','high_freq_factor':1} | needs 0 < low_freq_factor < high_freq_factor",
                "'num_attention_heads':0                 | num_attention_heads (0) must be positive",
                "'num_key_value_heads':3                 | must be a multiple of num_key_value_heads (3)",
                "'num_key_value_heads':0                 | num_key_value_heads (0) must be positive",
                "'head_dim':3                            | head_dim (3) must be even",
                "'vocab_size':'many'                     | vocab_size (\"many\"); an integer is needed",
                "'vocab_size':3e9                        | vocab_size (3.0E9); an integer is needed",
                "'rms_norm_eps':'small'                  | rms_norm_eps (\"small\"); a number is needed",
                "'rms_norm_eps':0                        | rms_norm_eps (0.0) must be positive",
                "'rope_theta':-1                         | rope_theta (-1.0) must be positive",
                "'tie_word_embeddings':'yes'             | tie_word_embeddings (\"yes\"); true or false is needed",
                "'rope_scaling':'linear'                 | rope_scaling (\"linear\") must be null or an object",
                "'rope_scaling':{'rope_type':'spiral','factor':4} | rope_type (spiral) is not supported yet",
                "'block_multiplier':2, 'x':0             | block_multiplier (2) is not known of llama models here and may change",
                "'rope_scaling':{'type':'linear','factor':0}     | rope scaling factor (0.0) must be at least 1",
                "'rope_parameters':{'partial_rotary_factor':0.5} | partial_rotary_factor (0.5) is not supported",
                "'quantization_config':{'load_in_4bit':true}     | quantised weights are not read",
            })
    void aBadValueIsRefusedByName(String bad, String message) throws IOException {
        ObjectNode root = json("{" + SHAPE + "}");
        root.setAll(json("{" + bad + "}"));
        assertThatThrownBy(() -> ConfigFile.parse(Path.of("x", "config.json"), root))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(Path.of("x", "config.json") + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void aMissingKeyIsNamed() {
        assertThatThrownBy(() -> ConfigFile.parse(Path.of("config.json"), json("{'model_type':'llama'}")))
                .hasMessageContaining("hidden_size is missing");
    }

    @Test
    void brokenJsonIsPlacedByLine() throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), "{\n  \"vocab_size\": 1,\n  oops\n}\n");
        assertThatThrownBy(() -> ConfigFile.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("config.json:3:");
        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> ConfigFile.read(file)).hasMessageContaining("must hold a JSON object");
        Files.writeString(file, "{\"a\":1,\"a\":2}");
        assertThatThrownBy(() -> ConfigFile.read(file)).isInstanceOf(CheckpointException.class);
    }
}
