package dev.hone.text.jinja;

import static dev.hone.text.jinja.Rendered.CLOCK;
import static dev.hone.text.jinja.Rendered.render;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final Map<String, Object> LIST = Map.of("l", List.of(3, 1, 2));

    @Test
    void aLoopKnowsItsPosition() {
        assertThat(render(
                        "{% for x in l %}{{ loop.index }}/{{ loop.length }}:{{ x }}{{ ',' if not loop.last }}{% endfor %}",
                        LIST))
                .isEqualTo("1/3:3,2/3:1,3/3:2");
        assertThat(render("{% for x in l %}{{ loop.previtem }}>{{ loop.nextitem }};{% endfor %}", LIST))
                .isEqualTo(">1;3>2;1>;");
        assertThat(render("{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{% endfor %}", LIST))
                .isEqualTo("1322");
    }

    @Test
    void breakAndContinueConcernTheInnermostLoop() {
        assertThat(render("{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", LIST))
                .isEqualTo("32");
        assertThat(render("{% for x in l %}{% for y in l %}{{ y }}{% break %}{% endfor %}{% endfor %}", LIST))
                .isEqualTo("333");
    }

    @Test
    void anEmptyLoopTakesItsElse() {
        assertThat(render("{% for x in [] %}a{% else %}none{% endfor %}")).isEqualTo("none");
    }

    @Test
    void aRecursiveLoopCallsItself() {
        assertThat(
                        render(
                                "{% for x in [1, [2, [3]]] recursive %}"
                                        + "{% if x is iterable %}({{ loop(x) }}){% else %}{{ x }}@{{ loop.depth }}{% endif %}{% endfor %}"))
                .isEqualTo("1@1(2@2(3@3))");
    }

    /** What a loop sets is gone with its round; a namespace is how a template counts. */
    @Test
    void settingInALoopDoesNotReachOutwards() {
        assertThat(render("{% set x = 0 %}{% for i in l %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}", LIST))
                .isEqualTo("3120");
        assertThat(render(
                        "{% set n = namespace(x=0) %}{% for i in l %}{% set n.x = n.x + i %}{% endfor %}{{ n.x }}",
                        LIST))
                .isEqualTo("6");
        assertThat(render("{% if true %}{% set x = 1 %}{% endif %}{{ x }}")).isEqualTo("1");
    }

    @Test
    void aMacroSeesItsArgumentsAndTheScopeAroundIt() {
        assertThat(
                        render(
                                "{% macro f(a, b=a + 1) %}[{{ a }}{{ b }}{{ late }}]{% endmacro %}{% set late = 9 %}{{ f(1) }}{{ f(1, b=5) }}"))
                .isEqualTo("[129][159]");
        assertThat(render("{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, x=2) }}"))
                .isEqualTo("(1,){'x': 2}");
        assertThat(render("{% macro f() %}<{{ caller(1) }}>{% endmacro %}{% call(x) f() %}in{{ x }}{% endcall %}"))
                .isEqualTo("<in1>");
    }

    @Test
    void whatABlockWritesCanBecomeAValue() {
        assertThat(render("{% set x | upper %}a{{ 1 }}b{% endset %}{{ x }}")).isEqualTo("A1B");
        assertThat(render("{% filter upper %}abc{% endfilter %}")).isEqualTo("ABC");
        assertThat(render("{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a }}"))
                .isEqualTo("3");
    }

    @Test
    void generationBlocksAreFoundInTheText() {
        Rendering rendering = Template.parse(
                        "t", "🙂{% generation %}a{{ 1 }}{% endgeneration %}-{% generation %}b{% endgeneration %}")
                .render(Map.of(), CLOCK);
        assertThat(rendering.text()).isEqualTo("🙂a1-b");
        assertThat(rendering.generated()).containsExactly(new Rendering.Range(2, 4), new Rendering.Range(5, 6));
        assertThat(rendering.located()).isTrue();
    }

    @Test
    void aGenerationBlockInACapturedTextHasNoPlace() {
        Rendering rendering = Template.parse(
                        "t", "{% macro f() %}{% generation %}a{% endgeneration %}{% endmacro %}-{{ f() }}")
                .render(Map.of(), CLOCK);
        assertThat(rendering.text()).isEqualTo("-a");
        assertThat(rendering.generated()).isEmpty();
        assertThat(rendering.located()).isFalse();
    }

    @Test
    void theDateComesFromTheClock() {
        assertThat(render("{{ strftime_now('%d %b %Y, %A %-d %H:%M:%S %%') }}"))
                .isEqualTo("02 Jan 2025, Thursday 2 03:04:05 %");
    }
}
