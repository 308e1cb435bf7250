package dev.hone.text.jinja;

import static dev.hone.text.jinja.Rendered.render;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions against what Python 3 with Jinja 3.1 prints for them. */
class ValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '`',
            value = {
                "1 + 2 * 3 => 7",
                "-7 // 2 => -4",
                "-7 % 3 => 2",
                "-7.5 % 2 => 0.5",
                "2 ** 100 => 1267650600228229401496703205376",
                "9223372036854775807 + 1 => 9223372036854775808",
                "10 / 5 => 2.0",
                "0.1 + 0.2 => 0.30000000000000004",
                "2e-3 => 0.002",
                "1e16 => 1e+16",
                "123456789012345680.0 => 1.2345678901234568e+17",
                "1.5e-7 => 1.5e-07",
                "'ab' * 3 => ababab",
                "'a' ~ 1 ~ none ~ true => a1NoneTrue",
                "'%s is %d, %5.2f' % ('a', 3, 3.14159) => a is 3,  3.14",
                "1 == 1.0 == true => True",
                "[1] == (1,) => False",
                "{'a': 1} == {'a': 1.0} => True",
                "1 < 2 < 3 => True",
                "[1, 2] < [1, 3] => True",
                "'b' in 'abc' and 1 in [1.0] => True",
                "0 or 'x' => x",
                "not 1 == 2 => True",
                "'abcdef'[::-1] => fedcba",
                "'abcdef'[4:1:-2] => ec",
                "'abcdef'[-100:3] => abc",
                "[3, 1, 2][:2] => [3, 1]",
                "(1,) => (1,)",
                "[none, true, 1.5, \"it's\", 'a\\nb', '\\u200b'] => [None, True, 1.5, \"it's\", 'a\\nb', '\\u200b']",
                "{'a': [1, {'b': 'c'}]} => {'a': [1, {'b': 'c'}]}",
                "{'a': [1, none, true, 'é<>']} | tojson => {\"a\": [1, null, true, \"é<>\"]}",
                "{'b': 1, 'a': 2} | tojson(separators=(',', ':'), sort_keys=true) => {\"a\":2,\"b\":1}",
                "'a b  c'.split(' ') => ['a', 'b', '', 'c']",
                "' a b '.split() => ['a', 'b']",
                "'a,b,c'.rsplit(',', 1) => ['a,b', 'c']",
                "'xxaxx'.strip('x') => a",
                "'ab'.replace('', '-') => -a-b-",
                "'abc'.startswith(('x', 'ab')) => True",
                "'{} {x}'.format(1, x=2) => 1 2",
                "\"they're\".title() => They'Re",
                "\"they're\" | title => They're",
                "[3, 1, 2] | sort(reverse=true) => [3, 2, 1]",
                "['b', 'A', 'a'] | sort => ['A', 'a', 'b']",
                "{'b': 1, 'a': 2} | dictsort => [('a', 2), ('b', 1)]",
                "[1, 2, 3, 4] | select('odd') | list => [1, 3]",
                "[{'r': 'u'}, {'r': 'a'}] | selectattr('r', 'equalto', 'u') | map(attribute='r') | join(',') => u",
                "[1, 2, 3] | batch(2, 0) | list => [[1, 2], [3, 0]]",
                "2.567 | round(2) => 2.57",
                "'0x1f' | int(0, 16) => 31",
                "'x' | int(9) => 9",
                "'foo bar baz qux' | truncate(9) => foo...",
                "('<b>' | safe) + '<i>' => <b>&lt;i&gt;",
                "missing => ``",
                "missing is defined => False",
                "missing | default('x') => x",
                "missing | length => 0",
                "'abc' is iterable => True",
                "(1 if missing else 2) + 3 => 5",
                "5 is divisibleby 5 => True",
                "'x' is string and 1 is not string => True",
                "dict(a=1, **{'b': 2}) => {'a': 1, 'b': 2}",
                "'\\x41\\u00e9\\101\\q' => AéA\\q",
                "'a' 'b' => ab",
                "range(5, 0, -2) | list => [5, 3, 1]"
            })
    void expressionsPrintAsInPython(String expression, String expected) {
        assertThat(render("{{ " + expression + " }}")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing.a",
                "missing + 1",
                "missing()",
                "-missing",
                "missing < 1",
                "missing | tojson",
                "none.a.b",
                "none + 1",
                "'a' + 1",
                "'a' < 1",
                "1 / 0",
                "1 % 0",
                "5 | length",
                "none | list",
                "1 in 'abc'",
                "[1].append(2)",
                "{}.update({})",
                "'abc'.split('')",
                "'x'.index('y')",
                "1 | nope",
                "1 is nope",
                "{[1]: 2}",
                "([1] | map('string')) | length",
                "([1] | map('string')) | tojson",
                "raise_exception('no')",
                "''.__class__.x"
            })
    void misuseOfAValueIsAnError(String expression) {
        assertThatThrownBy(() -> render("{{ " + expression + " }}"))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith("t:1: ");
    }

    @Test
    void stringsCountCodePoints() {
        Map<String, Object> text = Map.of("e", "a🙂b🙂");
        assertThat(render("{{ e | length }}{{ e[1] }}{{ e[::-1] }}{{ e[2:] }}{{ e.find('b') }}", text))
                .isEqualTo("4🙂🙂b🙂ab🙂2");
        assertThat(render("{% for c in e %}{{ c }}-{% endfor %}", text)).isEqualTo("a-🙂-b-🙂-");
    }

    @Test
    void variablesKeepTheirOrderAndTheirNulls() {
        Map<String, Object> dict = new LinkedHashMap<>();
        dict.put("z", null);
        dict.put("a", Arrays.asList(1, 2.0f, null));
        assertThat(render("{{ d }} {{ d | tojson }}", Map.of("d", dict)))
                .isEqualTo("{'z': None, 'a': [1, 2.0, None]} {\"z\": null, \"a\": [1, 2.0, null]}");
    }

    @Test
    void anObjectThatIsNoValueIsRefused() {
        assertThatThrownBy(() -> render("", Map.of("x", new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }

    @Test
    void aMethodHidesAKeyOnlyAfterADot() {
        Map<String, Object> dict = Map.of("d", Map.of("items", 1));
        assertThat(render("{{ d['items'] }}{{ d.items is callable }}", dict)).isEqualTo("1True");
    }

    @Test
    void aGeneratorIsTrueAndRunsOnce() {
        Map<String, Object> items = Map.of("l", List.of(1, 2));
        assertThat(render("{% set g = l | map('string') %}{{ g | join }}{{ g | join }}{{ 'true' if g }}", items))
                .isEqualTo("12true");
    }
}
