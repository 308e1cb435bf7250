package dev.hone.data.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns under other names. Rows have single quotes in place of double ones. */
class ColumnMappingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "prompt=question,completion=answer | {'question':'a','answer':'b','id':1} | {'id':1,'prompt':'a','completion':'b'}",
                "prompt=completion,completion=prompt | {'prompt':'a','completion':'b'} | {'prompt':'b','completion':'a'}",
                "completion=response | {'prompt':'a','response':'b','completion':'c'} | {'prompt':'a','completion':'b'}",
                // columns of another format would make it a row of that format
                "text=body | {'body':'a','messages':[],'prompt':'p'} | {'text':'a'}",
                "prompt=q,chosen=better | {'q':'a','better':'b','rejected':'c','messages':[1]} | {'rejected':'c','prompt':'a','chosen':'b'}",
                "label=kto_tag | {'messages':[],'kto_tag':true} | {'messages':[],'label':true}",
                "messages=input.messages,tools=input.tools | {'input':{'messages':[1]},'n':1} | {'n':1,'messages':[1]}",
                "completion=answers.0.text,prompt=q | {'q':'a','answers':[{'text':'b'}]} | {'completion':'b','prompt':'a'}",
                "text=a.b | {'a.b':'c'} | {'text':'c'}",
                "prompt=q,completion=a | {'q':'2+2','a':4} | {'prompt':'2+2','completion':'4'}",
                "prompt=q,completion=a | {'q':'even?','a':true} | {'prompt':'even?','completion':'true'}",
                "label=good,messages=m | {'m':[1],'good':1} | {'label':1,'messages':[1]}",
                "prompt=q,completion=a,system=s | {'q':'a','a':'b'} | {'prompt':'a','completion':'b'}"
            })
    void aColumnIsReadUnderTheNameItStandsFor(String names, String row, String expected) {
        assertThat(ColumnMapping.of(parsed(names)).applied(row(row), "rows:1")).isEqualTo(row(expected));
    }

    @Test
    void aColumnThatIsNotThereIsRefused() {
        ColumnMapping mapping = ColumnMapping.of(Map.of("prompt", "question"));
        assertThatThrownBy(() -> mapping.applied(row("{'qestion':'a','answer':'b'}"), "rows:7"))
                .isInstanceOf(DataException.class)
                .hasMessage("rows:7: has no column question, which is to be read as prompt; it has [qestion, answer]");
        assertThat(mapping.whereFound().applied(row("{'text':'a'}"), "rows:7")).isEqualTo(row("{'text':'a'}"));
    }

    @Test
    void aQuestionAboutAPassageIsProposedAsAnInstructionWithItsInput() {
        ObjectNode squad = row("{'id':'1','context':'c','question':'q','answers':{'text':['a'],'answer_start':[0]}}");
        assertThat(ColumnMapping.hint(RowColumns.of(squad, "rows:1")))
                .contains("instruction: question", "input: context", "output: answers.text.0");
        assertThat(ColumnMapping.of(Map.of("instruction", "question", "input", "context", "output", "answers.text.0"))
                        .applied(squad, "rows:1"))
                .isEqualTo(row("{'id':'1','instruction':'q','input':'c','output':'a'}"));
        assertThat(ColumnMapping.hint(RowColumns.of(row("{'question':'q','answer':'a'}"), "rows:1")))
                .isEqualTo("; if that is what they mean, write data.columns: {prompt: question, completion: answer}");
    }

    @Test
    void aMappingNamesColumnsThatAreRead() {
        assertThatThrownBy(() -> ColumnMapping.of(Map.of("question", "prompt")))
                .hasMessageContaining("columns.question is no column that is read; those are text, prompt, completion")
                .hasMessageEndingWith("; write prompt: question");
        assertThatThrownBy(() -> ColumnMapping.of(Map.of("chosen", "a", "rejected", "a")))
                .hasMessageContaining("(a) must name a column of its own");
    }

    private static Map<String, String> parsed(String names) {
        Map<String, String> parsed = new LinkedHashMap<>();
        for (String pair : names.split(",")) {
            parsed.put(pair.split("=")[0], pair.split("=")[1]);
        }
        return parsed;
    }

    private static ObjectNode row(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
