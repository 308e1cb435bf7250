package dev.hone.text.jinja;

import static dev.hone.text.jinja.Rendered.CLOCK;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged templates either render or fail with a {@link TemplateException}; nothing else comes out, and they come to an end. */
class TemplateFuzzTest {
    private static final List<String> SEEDS = List.of(
            "{%- for m in messages %}{{ '<|' + m.role + '|>\n' ~ m['content'] | trim }}{% if loop.last %}{{ eos }}{% endif %}{% endfor %}",
            "{% macro f(a, b=[1, 2]) %}{{ a[::-1] }}{{ b | map('string') | join(',') }}{% endmacro %}{{ f('xyz', b=range(9)) }}",
            "{% set ns = namespace(n=0) %}{% for k, v in d | items %}{% set ns.n = ns.n + v * 2 ** 3 %}{% endfor %}{{ ns.n // 3 }}",
            "{{ d | tojson(indent=2) }}{{ '%s-%05.2f' % ('a', 3) }}{{ 'a🙂b'[1:] | upper }}{{ d.items() | list | length }}",
            "{# c #}{% raw -%} {{ x }} {%- endraw %}{% generation %}{{ 1 if x is defined else none }}{% endgeneration %}",
            "{% for x in [1, [2]] recursive %}{{ loop(x) if x is iterable else x | string }}{% else %}{% endfor %}{{ -1.5e3 % 7 }}");
    private static final String[] PIECES = {
        "{%",
        "%}",
        "{{",
        "}}",
        "{#",
        "#}",
        "-",
        "+",
        "*",
        "**",
        "'",
        "\"",
        "(",
        ")",
        "[",
        "]",
        "~",
        "|",
        ".",
        ",",
        ":",
        "==",
        " not ",
        " is ",
        " in ",
        " if ",
        " else ",
        "{% endif %}",
        "{% endfor %}",
        "0",
        "9999999999",
        "1e308",
        "none",
        "messages",
        "d",
        "loop",
        "\n",
        "🙂",
        "\ud83d",
        "\u0000",
        "|length",
        "|list",
        "|join",
        "|sort",
        "|tojson",
        ".items()",
        "[::-1]",
        "f",
        " recursive ",
        "\\"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedTemplatesFailInOneWayOnly(long seed) {
        Random random = new Random(seed);
        Map<String, Object> variables = Map.of(
                "messages",
                        List.of(
                                Map.of("role", "user", "content", " a🙂 "),
                                Map.of("role", "assistant", "content", "b")),
                "d", Map.of("a", 1, "b", 2.5));
        for (int i = 0; i < 3000; i++) {
            String template = damaged(random);
            try {
                Assertions.assertTimeout(
                        Duration.ofSeconds(30),
                        () -> Template.parse("t", template).render(variables, CLOCK));
            } catch (TemplateException expected) {
                // one of the two allowed outcomes
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError crash) {
                fail("seed %d, template [%s]".formatted(seed, template), crash);
            }
        }
    }

    private static String damaged(Random random) {
        StringBuilder template = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int change = random.nextInt(5); change >= 0; change--) {
            int at = random.nextInt(template.length() + 1);
            int end = Math.min(template.length(), at + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> template.delete(at, end);
                case 1 -> template.insert(at, template.substring(at, end));
                case 2 -> template.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
                default -> template.insert(at, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return template.toString();
    }
}
