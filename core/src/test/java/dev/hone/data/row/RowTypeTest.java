package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import dev.hone.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of every kind and of other tools' spelling are known by their columns. */
class RowTypeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static RowColumns columns(String row) throws JsonProcessingException {
        return RowColumns.of((ObjectNode) JSON.readTree(row.replace('\'', '"')), "rows:1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'text': 'a'} | TEXT | texts",
                "{'prompt': 'a', 'completion': 'b'} | PROMPT_COMPLETION | prompt and completion",
                "{'messages': [{'role': 'user', 'content': 'a'}]} | CONVERSATION | conversations (role, content)",
                "{'conversations': [{'from': 'human', 'value': 'a'}]} | CONVERSATION | ShareGPT conversations (from, value)",
                "{'instruction': 'a', 'output': 'b'} | INSTRUCTION | Alpaca's instruction, input and output",
                "{'prompt': 'a', 'chosen': 'b', 'rejected': 'c'} | PAIR | pairs of chosen and rejected beside their prompt",
                "{'chosen': 'a b', 'rejected': 'a c'} | PAIR | pairs of chosen and rejected, whose prompt is what they begin with",
                "{'prompt': 'a', 'completion': 'b', 'label': false} | LABELLED | answers with a label (prompt and completion)",
                "{'prompt': 'a', 'completion': 'b', 'label': 'True'} | LABELLED | answers with a label (prompt and completion)",
                "{'prompt': 'a', 'completion': 'b', 'label': 3} | PROMPT_COMPLETION | prompt and completion",
                "{'prompt': 'a', 'completions': ['b'], 'labels': [true]} | STEPWISE | steps of solutions (prompt, completions, labels)",
                "{'prompt': 'a', 'answer': '4'} | PROMPT | prompts whose completions are sampled",
                "{'x': 1} | UNKNOWN | columns [x], which are no known format"
            })
    void aRowIsKnownByItsColumns(String row, RowType type, String description) throws JsonProcessingException {
        RowType.Recognised recognised = RowType.of(columns(row));
        assertThat(recognised.type()).isEqualTo(type);
        assertThat(recognised.description()).isEqualTo(description);
    }

    @Test
    void pairsOfOpenAiAreReadAsTheyAre() throws JsonProcessingException {
        RowColumns row = columns("{'input': {'messages': [{'role': 'user', 'content': 'q'}], 'tools': [{'name': 'f'}],"
                + " 'parallel_tool_calls': true},"
                + " 'preferred_output': [{'role': 'assistant', 'content': 'good'}],"
                + " 'non_preferred_output': [{'role': 'assistant', 'content': 'bad'}]}");
        PairRow pair = PairRow.read(row);
        Row.Conversation chosen = (Row.Conversation) pair.chosen();
        assertThat(chosen.messages()).extracting(Message::content).containsExactly("q", "good");
        assertThat(chosen.tools()).hasSize(1);
        assertThat(((Row.Conversation) pair.rejected()).messages())
                .extracting(Message::content)
                .containsExactly("q", "bad");
        assertThat(row.unread().columns()).isEmpty();
    }

    @Test
    void whatTablesWriteAsTextIsReadAsWhatItSays() throws JsonProcessingException {
        assertThat(LabelledRow.read(columns("{'prompt': 'a', 'completion': 'b', 'label': 'FALSE'}"))
                        .desirable())
                .isFalse();
        assertThat(LabelledRow.read(columns("{'prompt': 'a', 'completion': 'b', 'kto_tag': true}"))
                        .desirable())
                .isTrue();
        assertThat(PairRow.read(columns("{'prompt': 'a', 'chosen': 'b', 'rejected': 'c', 'margin': '0.5'}"))
                        .margin())
                .isEqualTo(0.5f);
        ObjectNode row = JSON.createObjectNode().put("messages", "[{\"role\":\"user\",\"content\":\"a\"}]");
        assertThat(RowColumns.of(row, "rows:1").messages("messages")).hasSize(1);
        row.put("messages", "[{'role': 'user', 'content': 'a'}]");
        assertThatThrownBy(() -> RowColumns.of(row, "rows:1").messages("messages"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("as Python prints it");
    }

    @Test
    void messagesMayBeSpelledInAnyWayThatIsSaid() throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.jsonl"),
                "{\"talk\":[{\"who\":\"customer\",\"said\":\"a\"},{\"who\":\"agent\",\"said\":\"b\"}]}");
        JsonlFile rows = JsonlFile.open(file)
                .with(ColumnMapping.of(Map.of(
                        "messages", "talk",
                        "messages.role", "who",
                        "messages.content", "said",
                        "messages.user", "customer",
                        "messages.assistant", "agent")));
        Row.Conversation row = (Row.Conversation) RowFormat.read(rows.row(0), rows.place(0));
        assertThat(row.messages()).extracting(Message::role).containsExactly(Message.Role.USER, Message.Role.ASSISTANT);
        assertThat(row.messages()).extracting(Message::content).containsExactly("a", "b");
    }

    /** Entries as LLaMA-Factory's documentation has them: Alpaca, texts, pairs, labels and tags of ShareGPT. */
    @Test
    void aDatasetInfoSaysWhatColumnsMean() throws IOException {
        Path info = Files.writeString(folder.resolve(DatasetInfo.NAME), """
                {"plain": {"file_name": "plain.json"},
                 "texts": {"file_name": "texts.json", "columns": {"prompt": "body"}},
                 "named": {"file_name": "named.json", "columns": {"prompt": "q", "response": "a", "system": "s"}},
                 "pairs": {"file_name": "pairs.json", "ranking": true, "columns": {"prompt": "q", "chosen": "good", "rejected": "bad"}},
                 "talks": {"file_name": "talks.json", "formatting": "sharegpt",
                           "columns": {"messages": "talk", "kto_tag": "liked"},
                           "tags": {"role_tag": "who", "content_tag": "said", "user_tag": "u", "assistant_tag": "a"}},
                 "hub": {"hf_hub_url": "someone/data"}}
                """);
        DatasetInfo read = DatasetInfo.read(info);
        assertThat(read.entries()).hasSize(5);
        assertThat(names(read, "plain.json"))
                .isEqualTo(Map.of("instruction", "instruction", "input", "input", "output", "output"));
        assertThat(names(read, "texts.json")).isEqualTo(Map.of("text", "body"));
        assertThat(names(read, "named.json")).isEqualTo(Map.of("instruction", "q", "output", "a", "system", "s"));
        assertThat(names(read, "pairs.json"))
                .containsEntry("instruction", "q")
                .containsEntry("chosen", "good")
                .containsEntry("rejected", "bad")
                .doesNotContainKey("output");
        assertThat(names(read, "talks.json"))
                .isEqualTo(Map.of(
                        "messages", "talk",
                        "label", "liked",
                        "messages.role", "who",
                        "messages.content", "said",
                        "messages.user", "u",
                        "messages.assistant", "a"));
        assertThat(read.columnsOf(folder.resolve("other.json"))).isEmpty();
        Files.writeString(info, "{\"a\": {\"file_name\": \"a.json\", \"formatting\": \"chat\"}}");
        assertThatThrownBy(() -> DatasetInfo.read(info)).hasMessageContaining("a.formatting (chat) must be alpaca");
    }

    private Map<String, String> names(DatasetInfo info, String file) {
        return info.columnsOf(folder.resolve(file)).orElseThrow().names();
    }

    @Test
    void aFileSaysWhatItIsReadAs() throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), "prompt;completion\na;b\n");
        assertThat(JsonlFile.open(file).described()).isEqualTo("CSV with semicolons, prompt and completion");
        assertThat(JsonlFile.open(file)
                        .with(ColumnMapping.of(Map.of("text", "prompt")))
                        .described())
                .isEqualTo("CSV with semicolons, texts");
    }

    @Test
    void aMappingNamesEachColumnOnce() {
        assertThatThrownBy(() -> ColumnMapping.of(Map.of("messages.role", "who", "messages.content", "who")))
                .hasMessageContaining("must name a column of its own");
        assertThat(List.of(ColumnMapping.of(Map.of("prompt", "user", "messages.user", "user"))))
                .hasSize(1);
    }
}
