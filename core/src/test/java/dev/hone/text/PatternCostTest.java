package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCostTest {
    /** Of the alternatives only {@code \s*[\r\n]+} and {@code \s+(?!\S)} give spaces back, one at a time. */
    @Test
    void theExpressionOfQwenTriesTwicePerCharacter() {
        assertThat(PatternCost.perCharacter("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"))
                .isCloseTo(3, within(1.01)); // the lookahead counts its own try, too
    }

    /** Capitals may be given back to small letters, after an optional character that is there or not. */
    @Test
    void theExpressionOfGpt4oStaysLinear() {
        assertThat(PatternCost.perCharacter(
                        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lo}]*[\\p{Ll}\\p{Lo}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                                + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lo}]+[\\p{Ll}\\p{Lo}]*(?i:'s|'t)?"
                                + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"))
                .isLessThan(8);
    }

    /** Whatever follows cannot fail, so nothing is tried twice. */
    @Test
    void aRepetitionAtTheEndCostsNothing() {
        assertThat(PatternCost.perCharacter("a+b*")).isLessThan(0.001);
    }

    /** From {@code (a+)+b}, exponential, to {@code a*a*b}, quadratic: 10 million tries are soon reached, and end the process. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+b",
                "(a|aa)+$",
                "a*a*b",
                "a*(?=a*b)c",
                "(?:a?){30}b",
                "(a{1000}){1000}",
                "a{0,1000}a{0,1000}a*b",
                "a{2}++b*+*"
            })
    void expressionsThatTryTooOftenAreRefused(String pattern) {
        assertThatThrownBy(() -> PatternCost.perCharacter(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(pattern);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(", ")", "[a", "a\\", "*", "(?<x>a)", "\\1", "\\g<0>", "(?x:a )", "(?~a)", "(*FAIL)", "\\p{L",
                "a{9999}"
            })
    void whatIsNotUnderstoodIsRefused(String pattern) {
        assertThatThrownBy(() -> PatternCost.perCharacter(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bracketsWithinBracketsAndBracesThatAreCharactersAreUnderstood() {
        assertThat(PatternCost.perCharacter("[]a]|[^][:alpha:]&&[^\\]\\p{Han}]]+|{x}|a{,2}|\\u00e9"))
                .isLessThan(0.001);
    }
}
