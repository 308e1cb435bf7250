package dev.hone.text.jinja;

import static dev.hone.text.jinja.Rendered.CLOCK;
import static dev.hone.text.jinja.Rendered.render;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A template that asks for too much is stopped before it gets it. */
class LimitsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10**9) %}{% endfor %}",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
                "{{ 'ab' * 10**9 }}",
                "{{ [1] * 10**9 }}",
                "{{ 10 ** 100000000 }}",
                "{{ '%1000000000d' % 1 }}",
                "{{ 'a'.center(10**9) }}",
                "{{ 'a' | center(10**9) }}",
                "{{ 'a'.zfill(10**9) }}",
                "{{ 'a\nb' | indent(10**9) }}",
                "{{ {'a': 1} | tojson(indent=10**9) }}",
                "{{ 'x' * 4000000 ~ 'x' }}",
                "{% set a = 'a' * 3000000 %}{{ ('a' * 1000000 + 'b') in a }}",
                "{% set a = 'a' * 3000000 %}{{ a.replace('a', 'aa') }}",
                "{% set a = 'a' * 3000000 %}{{ a.split('a') | length }}",
                "{% for i in range(1000) %}{{ 'a' * 100000 }}{% endfor %}",
                "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
                "{% for x in [[]] recursive %}{{ loop([x]) }}{% endfor %}",
                "{% set n = namespace(x=[]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}",
                "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
                "{% set n = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}"
                        + "{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}",
                "{% set n = namespace(x=2) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}",
                "{% set n = namespace() %}{% set n.x = n %}{{ n }}",
                "{{ range(90000) | map('string') | join(',') * 100 }}"
            })
    void excessIsStopped(String template) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThatThrownBy(() -> render(template))
                        .isInstanceOf(TemplateException.class)
                        .hasMessageContaining("limit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{1:", "not ", "-", "f(", "a[", "1 if ", "a is b (", "x|f("})
    void aTemplateOfOpeningsAloneIsRefused(String opening) {
        assertThatThrownBy(() -> Template.parse("t", "{{ " + opening.repeat(100_000) + " }}"))
                .isInstanceOf(TemplateException.class);
    }

    @Test
    void nestedBlocksHaveALimitToo() {
        assertThatThrownBy(() -> Template.parse("t", "{% if 1 %}".repeat(100_000)))
                .hasMessageContaining("nested deeper than 100 levels");
    }

    @ParameterizedTest
    @ValueSource(strings = {" + 1", " ~ 1", " and 1", " == 1", "|abs", ".a", "[0]"})
    void aLongChainEndsInAResultOrARefusal(String link) {
        try {
            render("{{ 1" + link.repeat(50_000) + " }}");
        } catch (TemplateException refused) {
            assertThat(refused).hasMessageStartingWith("t:");
        }
    }

    @Test
    void aSmallStackIsEnoughForTheDeepestTemplate() throws InterruptedException {
        StringBuilder outcome = new StringBuilder();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        render(
                                "{% macro f(n) %}{% if true %}{% for x in [1] %}{{ f(n + 1) }}{% endfor %}{% endif %}{% endmacro %}{{ f(0) }}");
                    } catch (TemplateException refused) {
                        outcome.append(refused.getMessage());
                    }
                },
                "small stack",
                512 * 1024);
        thread.start();
        thread.join();
        assertThat(outcome.toString()).contains("nested");
    }

    @Test
    void limitsCanBeSet() {
        Template template = Template.parse("t", "{{ 'a' * 11 }}");
        assertThat(template.within(new Limits(1000, 10, 11))
                        .render(Map.of(), CLOCK)
                        .text())
                .hasSize(11);
        assertThatThrownBy(() -> template.within(new Limits(1000, 10, 10)).render(Map.of(), CLOCK))
                .hasMessage("t:1: a text of 11 characters is longer than the limit of 10");
        assertThatThrownBy(() -> new Limits(0, 1, 1)).hasMessageContaining("must be positive");
    }
}
