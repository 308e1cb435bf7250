package dev.hone.reward.code;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.reward.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tests of a task, which a program passes or not. */
sealed interface CodeTests permits InputCases, PythonTests, JavaTests {
    /** Runs the program in a reply. */
    Judgement judge(String reply, Runtimes runtimes);

    /**
     * The tests in a task's row: {@code verification_info} (language, test_cases), {@code tests} as a list of inputs and outputs or of
     * statements, MBPP's {@code test_list}, HumanEval's {@code test} and {@code entry_point}, or a Java class's end as HumanEval-Java
     * has it.
     *
     * @param wanted null: what the row says, else Python
     * @throws IllegalArgumentException naming the column that is missing or not as it should be
     */
    static CodeTests of(Task task, @Nullable Language wanted) {
        ObjectNode row = task.columns();
        JsonNode info = info(row);
        Language language = language(info == null ? row : info, wanted);
        if (info != null) {
            return new InputCases(language, InputCases.cases("verification_info.test_cases", info.path("test_cases")));
        }
        JsonNode tests = row.path("tests");
        if (tests.isArray() && tests.path(0).isObject()) {
            return new InputCases(language, InputCases.cases("tests", tests));
        }
        if (language == Language.JAVA) {
            return new JavaTests(task.text("prompt"), task.text(row.hasNonNull("test") ? "test" : "tests"));
        }
        if (row.hasNonNull("entry_point")) {
            return new PythonTests(
                    prompt(row),
                    "",
                    List.of(task.text(row.hasNonNull("test") ? "test" : "tests")),
                    task.text("entry_point"));
        }
        String column = row.hasNonNull("test_list") ? "test_list" : "tests";
        List<String> statements = texts(column, row.path(column));
        statements.addAll(texts("challenge_test_list", row.path("challenge_test_list")));
        if (statements.isEmpty()) {
            throw new IllegalArgumentException(
                    "column tests, test_list, verification_info, or test with entry_point is missing,"
                            + " one of which the reward code needs");
        }
        return new PythonTests(prompt(row), row.path("test_setup_code").asText(""), statements, null);
    }

    private static @Nullable JsonNode info(ObjectNode row) {
        JsonNode info = row.path("verification_info");
        if (info.isTextual()) {
            try {
                info = new ObjectMapper().readTree(info.asText());
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("column verification_info is no JSON", e);
            }
        }
        return info.isObject() ? info : null;
    }

    private static Language language(JsonNode from, @Nullable Language wanted) {
        if (!from.hasNonNull("language")) {
            return wanted == null ? Language.PYTHON : wanted;
        }
        Language language = Language.named(from.path("language").asText());
        if (wanted != null && wanted != language) {
            throw new IllegalArgumentException(
                    "column language says " + language + ", and the reward is code:" + wanted + "; name it code alone");
        }
        return language;
    }

    private static String prompt(ObjectNode row) {
        return row.path("prompt").isTextual() ? row.path("prompt").asText() : "";
    }

    private static List<String> texts(String column, JsonNode list) {
        List<String> texts = new ArrayList<>();
        if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
            throw new IllegalArgumentException("column " + column + " must be a list of texts");
        }
        for (JsonNode text : list) {
            if (!text.isTextual()) {
                throw new IllegalArgumentException("column " + column + " has an entry that is no text (" + text + ")");
            }
            texts.add(text.asText());
        }
        return texts;
    }
}
