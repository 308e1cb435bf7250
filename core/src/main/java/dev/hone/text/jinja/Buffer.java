package dev.hone.text.jinja;

/** A growing text whose length is charged as it grows. */
final class Buffer {
    private final StringBuilder text = new StringBuilder();
    private final Budget budget;

    Buffer(Budget budget) {
        this.budget = budget;
    }

    Buffer append(String piece) {
        room(piece.length());
        text.append(piece);
        return this;
    }

    Buffer append(char piece) {
        room(1);
        text.append(piece);
        return this;
    }

    Buffer repeat(String piece, long times) {
        if (times > 0 && !piece.isEmpty()) {
            room(piece.length() * Math.min(times, Integer.MAX_VALUE));
            text.append(piece.repeat((int) times));
        }
        return this;
    }

    private void room(long length) {
        budget.spend(length / 4 + 1);
        budget.fit(text.length() + length);
    }

    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
