package dev.hone.reward.code;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tests of a Python function, as HumanEval and MBPP have them. {@code check.py} runs them in another process than the solution's.
 *
 * @param prompt the program's beginning, where the reply continues it; else no matter
 * @param setup run before the tests
 * @param tests statements that raise where the solution is wrong; with an entry, one that defines {@code check(candidate)}
 * @param entry the function's name, with which {@code check} is called
 */
record PythonTests(
        String prompt,
        String setup,
        List<String> tests,
        @Nullable String entry) implements CodeTests {
    /** Where a reply that continues a program has gone on to something else (Chen et al., 2021, section 3.2). */
    private static final Pattern BEYOND = Pattern.compile("\n(class|def|#|if|print|```)");

    PythonTests {
        tests = List.copyOf(tests);
    }

    @Override
    public Judgement judge(String reply, Runtimes runtimes) {
        String solution = solution(reply);
        if (solution.isBlank()) {
            return Judgement.failed(tests.size(), "no code");
        }
        List<String> all = new ArrayList<>(tests);
        if (!setup.isBlank()) {
            all.add(0, setup);
        }
        int before = all.size() - tests.size();
        String word = Sandbox.word();
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        job.put("word", word).put("solution", solution).put("setup", before).put("entry", entry);
        all.forEach(job.putArray("tests")::add);
        Outcome outcome = runtimes.checkPython(job.toString());
        List<String> said = outcome.text()
                .lines()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .toList();
        if (said.isEmpty()) {
            throw Runtimes.failed("the Python that runs tests", outcome);
        }
        if (said.get(0).startsWith("unreadable ")) {
            throw new IllegalArgumentException(
                    "the tests are no Python (" + said.get(0).substring("unreadable ".length()) + ")");
        }
        String last = said.get(said.size() - 1);
        String why = said.stream()
                .filter(line -> line.startsWith("failed "))
                .findFirst()
                .orElse("");
        if (!last.startsWith("passed ") || outcome.end() != Outcome.End.ENDED) {
            return Judgement.failed(tests.size(), outcome.end() + ", " + why);
        }
        int passed = Integer.parseInt(last.substring("passed ".length())) - before;
        return new Judgement(Math.max(0, passed), tests.size(), why);
    }

    /**
     * The program in a reply. A whole function in a block comes behind the prompt, whose imports and helpers it may use; a block or a reply
     * without one that goes on where the prompt ends continues it.
     */
    private String solution(String reply) {
        String block = CodeBlock.last(reply, Language.PYTHON).orElse("");
        if (entry == null) {
            return block.isBlank() ? reply : block;
        }
        Pattern definition = Pattern.compile("(?m)^(async +)?def +" + Pattern.quote(entry) + "\\b");
        if (definition.matcher(block).find()) {
            Matcher own = definition.matcher(prompt);
            return (own.find() ? prompt.substring(0, own.start()) : prompt) + "\n" + block;
        }
        String continued = block.isBlank() ? reply : block;
        if (continued.isBlank()) {
            return "";
        }
        Matcher beyond = BEYOND.matcher(continued);
        return prompt + (beyond.find() ? continued.substring(0, beyond.start()) : continued);
    }
}
