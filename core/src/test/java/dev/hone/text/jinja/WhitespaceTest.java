package dev.hone.text.jinja;

import static dev.hone.text.jinja.Rendered.render;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WhitespaceTest {
    @Test
    void aBlockTakesItsIndentationAndItsLineFeedAlong() {
        assertThat(render("  {% if true %}\n  yes\n  {% endif %}\nend")).isEqualTo("  yes\nend");
        assertThat(render("a\n    {% set x = 1 %}\n    {% set y = 2 %}\nb")).isEqualTo("a\nb");
    }

    @Test
    void onlyOneLineFeedGoes() {
        assertThat(render("a{% if true %}\n\nb{% endif %}\n\nc")).isEqualTo("a\nb\nc");
    }

    @Test
    void spacesBehindTextOnTheSameLineStay() {
        assertThat(render("a {% if true %}b{% endif %} c")).isEqualTo("a b c");
        assertThat(render("{{ 1 }}   {% if true %}\nx{% endif %}")).isEqualTo("1   x");
    }

    @Test
    void aPrintTagKeepsWhatIsAroundIt() {
        assertThat(render("   {{ 1 }}\n{{ 2 }}")).isEqualTo("   1\n2");
    }

    @Test
    void aMinusRemovesAllWhitespaceOnItsSide() {
        assertThat(render("a\n  {%- if true -%}\n  b\n  {%- endif -%}\n  c")).isEqualTo("abc");
        assertThat(render("a \n {{- 1 -}} \n b")).isEqualTo("a1b");
    }

    @Test
    void aPlusKeepsEverythingOnItsSide() {
        assertThat(render("a\n {%+ if true +%}\n b\n{% endif %}")).isEqualTo("a\n \n b\n");
    }

    @Test
    void aCommentBehavesAsABlock() {
        assertThat(render("x {# c #}\n  {# whole line #}\ny")).isEqualTo("x y");
        assertThat(render("a  {#- c -#}  b")).isEqualTo("ab");
    }

    @Test
    void rawTextIsLeftAlone() {
        assertThat(render("{% raw %}{{ x }}{% endraw %}")).isEqualTo("{{ x }}");
        assertThat(render(" {%- raw -%}\n   {% if %}\n {%- endraw -%}  z")).isEqualTo("{% if %}z");
    }

    @Test
    void oneLineFeedAtTheEndOfTheTemplateGoes() {
        assertThat(render("a\n\n")).isEqualTo("a\n");
    }

    @Test
    void everyLineEndingBecomesALineFeed() {
        assertThat(render("a\r\nb\rc")).isEqualTo("a\nb\nc");
    }

    @Test
    void delimitersInStringsAndDictsEndNothing() {
        assertThat(render("{{ '}}' }}{{ '{%' }}{{ {'a': {'b': 1}} }}")).isEqualTo("}}{%{'a': {'b': 1}}");
    }
}
