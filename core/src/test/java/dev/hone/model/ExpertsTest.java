package dev.hone.model;

import dev.hone.model.layer.Activation;
import dev.hone.model.layer.ExpertShape;
import java.util.ArrayList;
import java.util.List;

/** Four experts seven wide, of which two compute a token. */
class ExpertsTest extends BlockContract {
    private static final ExpertShape SHAPE = new ExpertShape(4, 2, 7, true);

    @Override
    List<String> maps() {
        return List.of("router", "gate 0", "up 1", "down 2");
    }

    @Override
    BlockFixture.Layer layer(BlockFixture weights) {
        List<Experts.Expert> all = new ArrayList<>();
        for (int e = 0; e < SHAPE.count(); e++) {
            all.add(new Experts.Expert(
                    weights.linear("gate " + e, SHAPE.width(), weights.hidden()),
                    weights.linear("up " + e, SHAPE.width(), weights.hidden()),
                    weights.linear("down " + e, weights.hidden(), SHAPE.width()),
                    null));
        }
        Experts experts = new Experts(
                SHAPE,
                new GateFunction(Activation.SILU),
                weights.linear("router", SHAPE.count(), weights.hidden()),
                all);
        BranchBlock block = new BranchBlock(Residual.preNorm(weights.norm()), experts);
        return new BlockFixture.Layer(block::apply, block::block);
    }
}
