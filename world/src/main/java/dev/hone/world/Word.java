package dev.hone.world;

/**
 * A word or a name in both languages. Immutable.
 *
 * @param english the English singular
 * @param plural the English plural
 * @param korean the Korean form
 * @param counter the Korean counting word, such as 마리; empty where things are not counted
 */
public record Word(String english, String plural, String korean, String counter) {

    /** A name: what it is called in either language. */
    public static Word name(String english, String korean) {
        return new Word(english, english + "s", korean, "");
    }

    /** Something written the same way in both languages, such as a number. */
    public static Word same(Object text) {
        String written = text.toString();
        return new Word(written, written, written, "");
    }

    /** The form used in {@code language}. */
    public String in(Language language) {
        return language == Language.ENGLISH ? english : korean;
    }

    /** {@code count} of it: {@code 3 foxes}, {@code 여우 3마리}. */
    public String counted(int count, Language language) {
        return language == Language.ENGLISH
                ? count + " " + (count == 1 ? english : plural)
                : korean + " " + count + counter;
    }
}
