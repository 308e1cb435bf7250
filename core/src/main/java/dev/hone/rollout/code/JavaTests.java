package dev.hone.rollout.code;

record JavaTests(String prompt, String test) implements CodeTests {
    @Override
    public Judgement judge(String reply, Runtimes runtimes) {
        throw new IllegalArgumentException("not yet");
    }
}
