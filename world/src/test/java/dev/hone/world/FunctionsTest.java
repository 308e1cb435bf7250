package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionsTest {
    private static final Pattern TEST = Pattern.compile("    assert candidate\\((-?\\d+)\\) == (-?\\d+)\n");

    private final Functions functions = new Functions(World.of(1));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ADD      |3|TIMES    |4|(x + 3) * 4",
                "TIMES    |4|ADD      |3|x * 4 + 3",
                "NEGATE   |0|SQUARE   |0|(-x) ** 2",
                "SQUARE   |0|NEGATE   |0|-x ** 2",
                "TIMES    |4|NEGATE   |0|-(x * 4)",
                "NEGATE   |0|REMAINDER|7|-x % 7",
                "AT_LEAST |5|SHARE    |2|max(x, 5) // 2",
                "TAKE     |9|POSITIVE |0|abs(x - 9)"
            })
    void parenthesesStandOnlyWhereTheyHaveTo(Operation first, int b, Operation second, int c, String expected) {
        assertThat(second.on(first.on("x", 5, b), first.binding(), c)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"SHARE, -7, 2, -4", "REMAINDER, -7, 3, 2", "SHARE, 7, 2, 3", "AT_MOST, 9, 4, 4", "NEGATE, 5, 0, -5"})
    void valuesArePythons(Operation operation, int x, int constant, int expected) {
        assertThat(operation.of(x, constant)).isEqualTo(expected);
    }

    @Test
    void aSolutionReadAsPythonPassesItsOwnTests() {
        for (Split split : Split.values()) {
            functions.all(split).limit(1000).forEach(function -> {
                String solution = function.answer().substring("return ".length());
                int tests = 0;
                for (Matcher test = TEST.matcher((String) function.columns().get("test")); test.find(); tests++) {
                    assertThat(new Reader(solution, Long.parseLong(test.group(1))).value())
                            .as("%s of %s", solution, test.group(1))
                            .isEqualTo(Long.parseLong(test.group(2)));
                }
                assertThat(tests).isEqualTo(11);
            });
        }
    }

    @Test
    void aSingleOperationIsAFunctionToo() {
        Set<String> kinds = LongStream.range(0, 200)
                .mapToObj(functions::single)
                .map(Exercise::kind)
                .collect(Collectors.toSet());
        assertThat(kinds).hasSameSizeAs(Operation.values());
        Exercise first = functions.single(0);
        assertThat(List.of(first.prompt(), first.answer()))
                .containsExactly("# limit to at most 25\ndef f(x):", "return min(x, 25)");
    }

    @Test
    void shownPractisedAndHeldOutKindsAreDifferent() {
        Set<String> train = kinds(Split.TRAIN);
        Set<String> heldOut = kinds(Split.HELD_OUT);
        assertThat(heldOut).hasSizeGreaterThan(20).doesNotContainAnyElementsOf(train);
        assertThat(train.stream().filter(Functions::isTaught).count()).isGreaterThan(20);
        assertThat(train.stream().filter(kind -> !Functions.isTaught(kind)).count())
                .isGreaterThan(20);
    }

    private Set<String> kinds(Split split) {
        return functions.all(split).limit(3000).map(Exercise::kind).collect(Collectors.toSet());
    }

    /** Calculates the little of Python that solutions are written in. */
    private static final class Reader {
        private final String text;
        private final long x;
        private int at;

        Reader(String text, long x) {
            this.text = text.replace(" ", "");
            this.x = x;
        }

        long value() {
            long value = sum();
            assertThat(at).isEqualTo(text.length());
            return value;
        }

        private boolean take(String expected) {
            boolean there = text.startsWith(expected, at);
            at += there ? expected.length() : 0;
            return there;
        }

        private long sum() {
            long value = product();
            while (true) {
                if (take("+")) {
                    value += product();
                } else if (take("-")) {
                    value -= product();
                } else {
                    return value;
                }
            }
        }

        private long product() {
            long value = signed();
            while (true) {
                if (take("*")) {
                    value *= signed();
                } else if (take("//")) {
                    value = Math.floorDiv(value, signed());
                } else if (take("%")) {
                    value = Math.floorMod(value, signed());
                } else {
                    return value;
                }
            }
        }

        private long signed() {
            return take("-") ? -signed() : power();
        }

        private long power() {
            long base = atom();
            return take("**2") ? base * base : base;
        }

        private long atom() {
            if (take("x")) {
                return x;
            }
            if (take("(")) {
                return closed(sum());
            }
            if (take("abs(")) {
                return closed(Math.abs(sum()));
            }
            boolean larger = take("max(");
            if (larger || take("min(")) {
                long left = sum();
                assertThat(take(",")).isTrue();
                long right = sum();
                return closed(larger ? Math.max(left, right) : Math.min(left, right));
            }
            int from = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            return Long.parseLong(text.substring(from, at));
        }

        private long closed(long value) {
            assertThat(take(")")).isTrue();
            return value;
        }
    }
}
