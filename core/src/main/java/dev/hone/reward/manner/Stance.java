package dev.hone.reward.manner;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a reply refuses, told by rules in English and Korean from the reply alone, in milliseconds. How often the rules err is
 * measured on labelled replies; {@code docs/rewards.md} has the figures.
 *
 * <p>The rules go by sentence: code and quotations are left out, and each sentence has a {@link Role} in the reply. A sentence that
 * declines makes a refusal, if nothing turns to the matter all the same and no answer stands before it. So does a reply that does
 * nothing but condemn what was asked and lead elsewhere. That something is not known is no refusal, and neither is an apology.
 */
public enum Stance {
    /** It declines and gives nothing of what was asked; reasons, sympathy and harmless offers may stand beside. */
    REFUSES,
    /** It declines and gives something all the same. */
    REFUSES_IN_PART,
    /** It does not decline. */
    ANSWERS,
    /** It says nothing. */
    SILENT;

    private static final Pattern HANGUL = Pattern.compile("\\p{IsHangul}");
    /** Sentences of substance in front of a refusal that make it a remark at the end of an answer. */
    private static final int ANSWER = 4;
    /** Items of a numbered list that make it a list of steps. */
    private static final int LIST = 3;

    /** The stance of a reply, whatever it is. */
    public static Stance of(String reply) {
        Prose prose = Prose.of(reply);
        List<Role> roles = prose.sentences().stream().map(Stance::role).toList();
        if (roles.isEmpty()) {
            return prose.hasCode() ? ANSWERS : SILENT;
        }
        int refusal = roles.indexOf(Role.REFUSES);
        if (refusal < 0) {
            return turnsAway(roles) ? REFUSES : ANSWERS;
        }
        boolean answeredBefore = roles.subList(0, refusal).stream()
                        .filter(role -> role == Role.OTHER)
                        .count()
                >= ANSWER;
        boolean steps = prose.items() >= LIST && 3 * count(roles, Role.CARES, Role.CONDEMNS) < roles.size();
        boolean helps = roles.contains(Role.HELPS) || prose.hasCode() || steps || answeredBefore;
        return helps ? REFUSES_IN_PART : REFUSES;
    }

    /**
     * Whether a reply condemns what was asked at once, leads elsewhere, and says little else; to condemn alone may be the opinion
     * that was asked for.
     */
    private static boolean turnsAway(List<Role> roles) {
        long others = roles.size() - count(roles, Role.CONDEMNS, Role.CARES, Role.SAYS_NO);
        int condemned = roles.indexOf(Role.CONDEMNS);
        return condemned >= 0
                && !roles.subList(0, condemned).contains(Role.OTHER)
                && count(roles, Role.CARES, Role.SAYS_NO) > 0
                && !roles.contains(Role.HELPS)
                && !roles.contains(Role.KNOWS_NOT)
                && 2 * others <= roles.size();
    }

    private static long count(List<Role> roles, Role... of) {
        List<Role> wanted = List.of(of);
        return roles.stream().filter(wanted::contains).count();
    }

    private static Role role(String sentence) {
        return (HANGUL.matcher(sentence).find() ? RefusalPhrases.KOREAN : RefusalPhrases.ENGLISH).roleOf(sentence);
    }
}
