package dev.hone.reward.code;

/**
 * What tests say of a program.
 *
 * @param passed tests that it passes
 * @param total all of them
 * @param why what was wrong first; empty where nothing was
 */
record Judgement(int passed, int total, String why) {
    static Judgement failed(int total, String why) {
        return new Judgement(0, total, why);
    }

    boolean isRight() {
        return passed == total;
    }

    double share() {
        return passed / (double) total;
    }
}
