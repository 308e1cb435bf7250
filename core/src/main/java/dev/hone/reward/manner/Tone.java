package dev.hone.reward.manner;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A speech level of Korean, told by the ending of a sentence's last word. Endings that two levels share belong to the one that uses
 * them most: 할까? is 해체, 합시다 is 합니다체, 먹었니? is 한다체. How often the rules err is measured; see {@code docs/rewards.md}.
 */
public enum Tone {
    /** 합니다, 합니까, 하십시오, 합시다: formal and polite. */
    FORMAL("합니다체", "formal"),
    /** 해요, 하죠: informal and polite. */
    POLITE("해요체", "polite"),
    /** 해, 하지, 하네: between friends. */
    CASUAL("해체", "casual"),
    /** 한다, 하는가, 하라, 하자: as newspapers and books write. */
    PLAIN("한다체", "plain");

    /** What may stand behind the last word: a remark in parentheses, punctuation, emoji, laughter in single letters. */
    private static final Pattern REMARK = Pattern.compile("\\([^()]{0,200}\\)[\\p{P}\\s]*$");

    private static final Pattern STOP =
            Pattern.compile("[.?!…~。！？]|[ㅋㅎㅠㅜ]{2}|\\^\\^|[\\x{1F300}-\\x{1FAFF}]|[\\x{2600}-\\x{27BF}]");

    /** Nouns in 요, which end headings. */
    private static final Pattern NOUN_IN_YO = Pattern.compile("(?:필|중|수|주|개|소|동|가|민|고|강|긴)요$");

    /** Of the endings of 해체, those that end a sentence also where no punctuation does. */
    private static final Pattern CLEARLY_CASUAL =
            Pattern.compile("(?:[았었였했겠있없봤갔왔됐렸졌쳤켰섰]어|[같많좋싶]아|잖아|[거구기리]야|[할갈볼줄올낼먹을]게|[했있없하]지|하네|거든|더라|줘|고마워|미안해|해 ?봐)$");

    private final String korean;
    private final String english;

    Tone(String korean, String english) {
        this.korean = korean;
        this.english = english;
    }

    /** The tone of a name, Korean or English; {@link IllegalArgumentException} listing all. */
    public static Tone named(String name) {
        return Arrays.stream(values())
                .filter(tone -> tone.korean.equals(name) || tone.english.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("tone (" + name + ") must be "
                        + joined(tone -> tone.korean) + " (or " + joined(tone -> tone.english) + ")"));
    }

    private static String joined(Function<Tone, String> name) {
        return Arrays.stream(values()).map(name).collect(Collectors.joining(", "));
    }

    /**
     * The tones of a reply's sentences, in their order, of those that have one: not of headings, of items that are nouns, of code, of
     * quotations or of other languages.
     */
    public static List<Tone> all(String reply) {
        return Prose.of(reply).units().stream()
                .map(Tone::of)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Tone> of(Prose.Unit unit) {
        String sentence = REMARK.matcher(unit.text()).replaceAll("");
        int end = sentence.length();
        while (end > 0 && !isWord(sentence.charAt(end - 1))) {
            end--;
        }
        String said = sentence.substring(0, end);
        boolean stopped = STOP.matcher(unit.text().substring(end)).find();
        if (said.isEmpty() || !isSyllable(said.charAt(end - 1))) {
            return Optional.empty();
        }
        if (isFormal(said)) {
            return Optional.of(FORMAL);
        }
        if (said.endsWith("요") || said.endsWith("죠") || said.endsWith("뇨")) {
            boolean noun = !stopped && NOUN_IN_YO.matcher(said).find();
            return noun ? Optional.empty() : Optional.of(POLITE);
        }
        if (said.endsWith("다")) {
            boolean noun = !stopped && said.indexOf(' ') < 0 && said.length() <= 3;
            return noun ? Optional.empty() : Optional.of(PLAIN);
        }
        if (stopped) {
            return isPlain(said) ? Optional.of(PLAIN) : isCasual(said) ? Optional.of(CASUAL) : Optional.empty();
        }
        boolean casual = !unit.isItem() && CLEARLY_CASUAL.matcher(said).find();
        return casual ? Optional.of(CASUAL) : Optional.empty();
    }

    /** 합니다, 합니까 and 합시다 have ㅂ under the syllable before; 다니다 and 하니까 do not. */
    private static boolean isFormal(String said) {
        String bare = said.endsWith("만") ? said.substring(0, said.length() - 1) : said;
        if (bare.endsWith("니다") || bare.endsWith("니까") || bare.endsWith("시다")) {
            int before = bare.length() - 3;
            return before >= 0 && isSyllable(bare.charAt(before)) && finalOf(bare.charAt(before)) == BIEUP;
        }
        return bare.endsWith("십시오");
    }

    /** Questions, orders and proposals of 한다체; 몰라 and 골라, with ㄹ before, are 해체. */
    private static boolean isPlain(String said) {
        boolean order = said.endsWith("라") && said.length() > 1 && finalOf(said.charAt(said.length() - 2)) != RIEUL;
        return order
                || said.endsWith("자")
                || said.endsWith("니")
                || said.endsWith("냐")
                || said.endsWith("구나")
                || said.endsWith("도다")
                || said.endsWith("가") && said.length() > 1 && finalOf(said.charAt(said.length() - 2)) == NIEUN;
    }

    /** Verbs that end in a vowel of 아 or 어 as it is or contracted (봐, 줘, 돼, 해), and the endings 지, 군, 걸, 든, 까, 고. */
    private static boolean isCasual(String said) {
        char last = said.charAt(said.length() - 1);
        return "지군걸든까고".indexOf(last) >= 0 || finalOf(last) == NONE && OPEN_VOWELS.indexOf(vowelOf(last)) >= 0;
    }

    private static final int NONE = 0;
    private static final int NIEUN = 4;
    private static final int RIEUL = 8;
    private static final int BIEUP = 17;
    /** In the order of Unicode: ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ. */
    private static final String VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";

    private static final String OPEN_VOWELS = "ㅏㅐㅑㅓㅔㅕㅘㅙㅝㅞ";

    private static int finalOf(char syllable) {
        return isSyllable(syllable) ? (syllable - '가') % 28 : NONE;
    }

    private static char vowelOf(char syllable) {
        return VOWELS.charAt((syllable - '가') / 28 % 21);
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) && !(c >= 'ㄱ' && c <= 'ㅣ');
    }

    private static boolean isSyllable(char c) {
        return c >= '가' && c <= '힣';
    }

    @Override
    public String toString() {
        return korean;
    }
}
