package dev.hone.reward.code;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tests of a Java method, as HumanEval-Java (MultiPL-E) has them: a class of which the prompt is the beginning and the tests are the end, a
 * {@code main} that asserts. That {@code main} gets a name that the solution cannot know, so that it cannot be another one.
 *
 * @param prompt up to the method's opening brace
 * @param test from the method's closing brace
 */
record JavaTests(String prompt, String test) implements CodeTests {
    /** The end of the method, behind which a reply that continues the prompt has gone on to something else (the rows' stop_tokens). */
    private static final String BEYOND = "\n    }\n";

    private static final Pattern MAIN = Pattern.compile("\\bmain(?=\\s*\\()");
    private static final Pattern CLASS = Pattern.compile("(?m)^\\s*(?:public\\s+|final\\s+)*class\\s+(\\w+)[^{]*\\{");
    private static final Pattern METHOD = Pattern.compile("(\\w+)\\s*\\([^()]*\\)[^(){}]*\\{\\s*$");

    @Override
    public Judgement judge(String reply, Runtimes runtimes) {
        Matcher type = CLASS.matcher(prompt);
        if (!type.find()) {
            throw new IllegalArgumentException("column prompt begins no class, of which the tests are the end");
        }
        if (!MAIN.matcher(test).find()) {
            throw new IllegalArgumentException("column test has no main, which the reward code runs");
        }
        String body = body(reply, type);
        if (body.isBlank()) {
            return Judgement.failed(1, "no code");
        }
        String main = "main_" + Sandbox.word();
        String source = body + MAIN.matcher(test).replaceFirst(main);
        Map<String, String> sources = new TreeMap<>();
        if (source.contains("Pair")) {
            sources.put("org/javatuples/Pair.java", Runtimes.resource("Pair.java"));
        } else {
            source = source.replaceAll("(?m)^import org\\.javatuples\\.\\*;", "");
        }
        String owner = type.group(1);
        sources.put(owner + ".java", source);
        JavaProgram compiled = runtimes.compile(sources);
        if (!compiled.problem().isEmpty()) {
            return Judgement.failed(1, compiled.problem());
        }
        List<ClassFile> solution = compiled.files().values().stream()
                .map(ClassFile::read)
                .filter(one -> !one.name().startsWith("org/javatuples/"))
                .toList();
        Optional<String> broken = JavaRules.broken(solution, owner, test);
        if (broken.isPresent()) {
            return Judgement.failed(1, "the solution " + broken.get());
        }
        return verdict(runtimes, compiled, owner, main);
    }

    private static Judgement verdict(Runtimes runtimes, JavaProgram compiled, String owner, String main) {
        String word = Sandbox.word();
        Outcome outcome = runtimes.checkJava(compiled, owner, main, word);
        List<String> said = outcome.text()
                .lines()
                .filter(line -> line.contains(word + " "))
                .map(line -> line.substring(line.indexOf(word) + word.length() + 1))
                .toList();
        if (said.isEmpty()) {
            throw Runtimes.failed("the Java that runs tests", outcome);
        }
        boolean right = said.contains("passed") && outcome.end() == Outcome.End.ENDED;
        return new Judgement(right ? 1 : 0, 1, right ? "" : outcome.end() + ", " + said.get(said.size() - 1));
    }

    /** The class up to the end of its method, without the brace that the tests begin with. */
    private String body(String reply, Matcher type) {
        Optional<String> block = CodeBlock.last(reply, Language.JAVA);
        String code = block.orElse(reply);
        Matcher method = METHOD.matcher(prompt.strip());
        if (block.isPresent() && CLASS.matcher(code).find()) {
            String whole = withoutBrace(withoutBrace(code));
            return prompt.substring(0, type.start()) + "\n" + whole;
        }
        if (block.isPresent()
                && method.find()
                && Pattern.compile("\\b" + method.group(1) + "\\s*\\([^()]*\\)[^(){};]*\\{")
                        .matcher(code)
                        .find()) {
            return prompt.substring(0, prompt.strip().lastIndexOf('\n') + 1) + withoutBrace(code);
        }
        int beyond = code.indexOf(BEYOND);
        return code.isBlank() ? "" : prompt + (beyond < 0 ? code : code.substring(0, beyond + 1));
    }

    private static String withoutBrace(String code) {
        int brace = code.lastIndexOf('}');
        return brace < 0 ? code : code.substring(0, brace);
    }
}
