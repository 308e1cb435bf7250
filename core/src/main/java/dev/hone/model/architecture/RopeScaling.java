package dev.hone.model.architecture;

/**
 * How rotary frequencies are changed so that a model reads further than it was first trained to.
 *
 * <p>{@code NONE} leaves them, {@code LINEAR} divides every frequency by the factor (Chen et al., 2023), {@code LLAMA3}
 * divides only the slow ones and blends in between (Llama 3.1 model card).
 *
 * @param factor how much further
 * @param lowFrequencyFactor wavelengths above {@code originalMaxPositions / lowFrequencyFactor} are divided in full
 * @param highFrequencyFactor wavelengths below {@code originalMaxPositions / highFrequencyFactor} are left alone
 * @param originalMaxPositions context length of the first training
 */
public record RopeScaling(
        RopeScalingType kind,
        double factor,
        double lowFrequencyFactor,
        double highFrequencyFactor,
        double originalMaxPositions) {
    public enum RopeScalingType {
        NONE,
        LINEAR,
        LLAMA3
    }

    public static final RopeScaling NONE = new RopeScaling(RopeScalingType.NONE, 1, 1, 1, 1);

    public double scaled(double frequency) {
        switch (kind) {
            case LINEAR:
                return frequency / factor;
            case LLAMA3:
                return llama3(frequency);
            default:
                return frequency;
        }
    }

    private double llama3(double frequency) {
        double wavelength = 2 * Math.PI / frequency;
        if (wavelength > originalMaxPositions / lowFrequencyFactor) {
            return frequency / factor;
        }
        if (wavelength < originalMaxPositions / highFrequencyFactor) {
            return frequency;
        }
        double share =
                (originalMaxPositions / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
        return (1 - share) * frequency / factor + share * frequency;
    }
}
