package dev.hone.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.testkit.AdapterDeltaContract;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The deltas of every type of adapter keep the {@linkplain AdapterDeltaContract contract}; names are those PEFT 0.21 writes. */
class AdapterTypesTest {
    @Nested
    class OfLora extends AdapterDeltaContract {
        @Override
        public AdapterType type() {
            return AdapterType.LORA;
        }

        @Override
        protected List<String> namesInPeft() {
            return List.of("lora_A.weight", "lora_B.weight");
        }
    }

    @Nested
    class OfDora extends AdapterDeltaContract {
        @Override
        public AdapterType type() {
            return AdapterType.DORA;
        }

        @Override
        protected List<String> namesInPeft() {
            return List.of("lora_A.weight", "lora_B.weight", "lora_magnitude_vector");
        }
    }

    @Test
    void everyTypeKeepsTheContract() {
        assertThat(Arrays.stream(AdapterTypesTest.class.getDeclaredClasses())
                        .filter(AdapterDeltaContract.class::isAssignableFrom)
                        .map(this::tested))
                .containsExactlyInAnyOrder(AdapterType.values());
    }

    private AdapterType tested(Class<?> contract) {
        try {
            return ((AdapterDeltaContract) contract.getDeclaredConstructor(AdapterTypesTest.class)
                            .newInstance(this))
                    .type();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
