package dev.hone.reward;

import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;

/**
 * A regular expression of a schema, with a bound on its work: matching by backtracking can take time that is exponential in
 * the text, so it may look at a limited number of characters.
 */
final class BoundedPattern implements RegularExpression {
    /** Reached in less than a second; what a harmless pattern needs is a small multiple of the text's length. */
    private static final int MOST_LOOKS = 5_000_000;

    private final Pattern pattern;

    /** Compiles an expression in the spelling of ECMAScript, as far as Java's can say the same. */
    BoundedPattern(String expression) {
        pattern = Pattern.compile(RegularExpressions.replaceLongformCharacterProperties(
                RegularExpressions.replaceDollarAnchors(expression)));
    }

    /** Whether it is found in a text; {@link SchemaException} where that takes too long or too deep a search. */
    @Override
    public boolean matches(String text) {
        try {
            return pattern.matcher(new Counted(text, new int[] {MOST_LOOKS})).find();
        } catch (StackOverflowError e) {
            throw tooMuch(text.length());
        }
    }

    private SchemaException tooMuch(int length) {
        return new SchemaException("pattern (" + pattern + ") takes too long a search on a text of " + length
                + " characters; write it so that there is one way to match, and [ab]* rather than (a|b)*");
    }

    /** A text that counts down with every look at it. */
    private final class Counted implements CharSequence {
        private final CharSequence text;
        private final int[] left;

        Counted(CharSequence text, int[] left) {
            this.text = text;
            this.left = left;
        }

        @Override
        public char charAt(int index) {
            if (left[0]-- == 0) {
                throw tooMuch(text.length());
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
