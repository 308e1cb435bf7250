package dev.hone.text.jinja;

import static dev.hone.text.jinja.Rendered.render;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "{{ 1 + }} => t:1: found '}}' where an expression is expected",
                "{% if true %}a => t:1: the block opened here is never ended; missing is elif or else or endif",
                "{% endif %} => t:1: unexpected block endif",
                "{% nope %} => t:1: unexpected block nope; known are if, for",
                "{{ 'a }} => t:1: the string opened here has no closing quote",
                "{{ a => t:1: the tag opened here is never closed with '}}'",
                "{# a => t:1: the comment opened here is never closed with '#}'",
                "{% raw %}a => t:1: the raw block opened here is never closed with endraw",
                "{{ a) }} => t:1: ')' closes nothing",
                "{{ § }} => t:1: unexpected character (§)",
                "{% break %} => t:1: break is outside of a loop",
                "{% set true = 1 %} => t:1: true cannot be assigned to",
                "{{ '\\x4' }} => t:1: \\x must be followed by 2 hexadecimal digits of a character"
            })
    void aTextThatIsNoTemplateIsRefused(String template, String message) {
        assertThatThrownBy(() -> Template.parse("t", template))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void theLineIsThatOfTheExpression() {
        assertThatThrownBy(() -> render("a\n{% for x in [1] %}\n{{ x\n + 'a' }}\n{% endfor %}"))
                .isInstanceOf(TemplateException.class)
                .hasMessage("t:4: '+' does not work between int and str");
        assertThatThrownBy(() -> Template.parse("folder/chat_template.jinja", "\r\n\n{{ }}"))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith("folder/chat_template.jinja:3: ");
    }

    @Test
    void aRefusalCarriesTheTemplatesOwnWords() {
        assertThatThrownBy(() -> render("{{ raise_exception('roles must alternate') }}"))
                .hasMessage("t:1: the template refuses: roles must alternate");
    }

    @Test
    void anUnknownFilterIsAnErrorOnlyWhereItIsUsed() {
        assertThat(render("{% if false %}{{ 1 | from_json }}{% endif %}ok")).isEqualTo("ok");
        assertThatThrownBy(() -> render("{{ 1 | from_json }}"))
                .hasMessageContaining("there is no filter from_json; known are abs,");
    }
}
