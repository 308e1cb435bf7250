package dev.hone.reward.manner;

import dev.hone.generate.Completion;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import java.util.List;

/** The share of a completion's Korean sentences that end in a tone; 0 where none has an ending that tells one. */
public record ToneReward(Tone wanted) implements Reward {
    @Override
    public double score(Task task, Completion completion) {
        List<Tone> tones = Tone.all(completion.text());
        return tones.isEmpty()
                ? 0
                : tones.stream().filter(tone -> tone == wanted).count() / (double) tones.size();
    }
}
