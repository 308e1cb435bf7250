package dev.hone.reward.code;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs and what a program has to print for them. Each runs it anew; what it should print stays on this side of the sandbox. Output is
 * compared line by line without the white space around each, and without empty lines at both ends; the number of lines has to be the same.
 */
record InputCases(Language language, List<Case> cases) implements CodeTests {
    record Case(String input, String output) {}

    InputCases {
        cases = List.copyOf(cases);
    }

    static List<Case> cases(String column, JsonNode list) {
        List<Case> cases = new ArrayList<>();
        for (JsonNode one : list) {
            if (!one.path("input").isTextual() || !one.path("output").isTextual()) {
                throw new IllegalArgumentException(
                        "column " + column + " has a case without input and output texts (" + one + ")");
            }
            cases.add(new Case(one.path("input").asText(), one.path("output").asText()));
        }
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("column " + column + " has no case, which the reward code needs");
        }
        return cases;
    }

    @Override
    public Judgement judge(String reply, Runtimes runtimes) {
        String source = CodeBlock.last(reply, language).orElse("");
        if (source.isBlank()) {
            return Judgement.failed(cases.size(), "no block of code");
        }
        Runtimes.Ready program = runtimes.prepare(language, source);
        if (!program.problem().isEmpty()) {
            return Judgement.failed(cases.size(), program.problem());
        }
        int passed = 0;
        String why = "";
        for (Case one : cases) {
            Outcome outcome = runtimes.run(program, one.input());
            boolean right = outcome.succeeded() && lines(outcome.text()).equals(lines(one.output()));
            passed += right ? 1 : 0;
            if (!right && why.isEmpty()) {
                why = outcome.succeeded() ? "other output" : outcome.end() + " with status " + outcome.status();
            }
        }
        return new Judgement(passed, cases.size(), why);
    }

    private static List<String> lines(String text) {
        return text.strip().lines().map(String::strip).toList();
    }
}
