package dev.hone.model.layer;

import java.util.List;

/** How rotary frequencies are changed so that a model reads further than it was first trained to. */
public sealed interface RopeScaling {
    /** Leaves frequencies as they are. */
    RopeScaling NONE = new None();

    /** Its {@code rope_type} in config.json. */
    String key();

    /**
     * The frequency of each pair.
     *
     * @param length of the text, in tokens
     */
    float[] frequencies(int width, double theta, int length);

    /** Factor of cosines and sines. */
    default double amplitude() {
        return 1;
    }

    /** A number that texts whose frequencies are the same have in common. */
    default int regime(int length) {
        return 0;
    }

    /** Whether texts of some lengths have other frequencies than shorter ones. */
    default boolean dependsOnLength() {
        return false;
    }

    /** θ^(−2j/width) in float32. */
    static float[] plain(int width, double theta) {
        float[] frequencies = new float[width / 2];
        for (int j = 0; j < frequencies.length; j++) {
            frequencies[j] = (float) (1.0 / Math.pow(theta, 2.0 * j / width));
        }
        return frequencies;
    }

    /** No scaling. */
    record None() implements RopeScaling {
        @Override
        public String key() {
            return "default";
        }

        @Override
        public float[] frequencies(int width, double theta, int length) {
            return plain(width, theta);
        }
    }

    /** Divides every frequency by the factor (Chen et al., 2023). */
    record Linear(double factor) implements RopeScaling {
        @Override
        public String key() {
            return "linear";
        }

        @Override
        public float[] frequencies(int width, double theta, int length) {
            float[] f = plain(width, theta);
            for (int j = 0; j < f.length; j++) {
                f[j] = (float) (f[j] / factor);
            }
            return f;
        }
    }

    /**
     * Raises θ for texts that are longer than the context M of the first training, to {@code θ · (f·S/M − (f − 1))^(w/(w−2))} for S
     * tokens (NTK-aware, dynamic).
     */
    record Dynamic(double factor, int positions) implements RopeScaling {
        @Override
        public String key() {
            return "dynamic";
        }

        @Override
        public float[] frequencies(int width, double theta, int length) {
            double longer = factor * Math.max(length, positions) / positions - (factor - 1);
            return plain(width, theta * Math.pow(longer, width / (width - 2.0)));
        }

        @Override
        public int regime(int length) {
            return Math.max(length, positions);
        }

        @Override
        public boolean dependsOnLength() {
            return true;
        }
    }

    /**
     * Divides only the slow frequencies and blends in between (Llama 3.1 model card).
     *
     * @param lowFrequencyFactor wavelengths above {@code positions / lowFrequencyFactor} are divided in full
     * @param highFrequencyFactor wavelengths below {@code positions / highFrequencyFactor} are left alone
     * @param positions context length of the first training
     */
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, double positions)
            implements RopeScaling {
        @Override
        public String key() {
            return "llama3";
        }

        @Override
        public float[] frequencies(int width, double theta, int length) {
            float[] f = plain(width, theta);
            for (int j = 0; j < f.length; j++) {
                f[j] = (float) scaled(f[j]);
            }
            return f;
        }

        private double scaled(double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength > positions / lowFrequencyFactor) {
                return frequency / factor;
            }
            if (wavelength < positions / highFrequencyFactor) {
                return frequency;
            }
            double share = (positions / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
            return (1 - share) * frequency / factor + share * frequency;
        }
    }

    /**
     * Divides the slow frequencies, leaves the fast ones, and blends by their number between (Peng et al., 2023).
     *
     * @param positions context length of the first training
     * @param fast rotations in it above which a frequency is left alone
     * @param slow rotations in it below which a frequency is divided in full
     * @param truncates whether the bounds of the blend are whole numbers
     */
    record Yarn(double factor, double positions, double fast, double slow, boolean truncates, double amplitude)
            implements RopeScaling {
        @Override
        public String key() {
            return "yarn";
        }

        @Override
        public float[] frequencies(int width, double theta, int length) {
            double low = bound(fast, width, theta);
            double high = bound(slow, width, theta);
            if (truncates) {
                low = Math.floor(low);
                high = Math.ceil(high);
            }
            low = Math.max(low, 0);
            high = Math.min(high, width - 1);
            if (low == high) {
                high += 0.001;
            }
            float[] f = plain(width, theta);
            for (int j = 0; j < f.length; j++) {
                double ramp = Math.min(1, Math.max(0, (j - low) / (high - low)));
                f[j] = (float) (f[j] / factor * ramp + f[j] * (1 - ramp));
            }
            return f;
        }

        /** The number of the pair that turns so many times in the first context. */
        private double bound(double rotations, int width, double theta) {
            return width * Math.log(positions / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }

    /**
     * Divides each frequency by a factor of its own, out of one of two lists (LongRoPE: Ding et al., 2024).
     *
     * @param positions texts up to this length have the factors of the short list
     */
    record LongRope(List<Double> shortFactors, List<Double> longFactors, double positions, double amplitude)
            implements RopeScaling {
        public LongRope {
            shortFactors = List.copyOf(shortFactors);
            longFactors = List.copyOf(longFactors);
        }

        @Override
        public String key() {
            return "longrope";
        }

        @Override
        public float[] frequencies(int width, double theta, int length) {
            List<Double> factors = regime(length) == 0 ? shortFactors : longFactors;
            if (factors.size() != width / 2) {
                throw new IllegalArgumentException("short_factor and long_factor hold " + factors.size()
                        + " numbers; one is needed for each of " + width / 2 + " rotated pairs");
            }
            float[] f = new float[width / 2];
            for (int j = 0; j < f.length; j++) {
                f[j] = (float) (1 / (factors.get(j) * Math.pow(theta, 2.0 * j / width)));
            }
            return f;
        }

        @Override
        public int regime(int length) {
            return length > positions ? 1 : 0;
        }

        @Override
        public boolean dependsOnLength() {
            return true;
        }
    }

    /** The usual factor of cosines and sines under YaRN; zero for what the file does not say. */
    static double yarnAmplitude(double factor, double mscale, double mscaleAll) {
        boolean stated = mscale != 0 && mscaleAll != 0;
        return stated ? attention(factor, mscale) / attention(factor, mscaleAll) : attention(factor, 1);
    }

    private static double attention(double factor, double mscale) {
        return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
    }

    /** The usual factor of cosines and sines under LongRoPE. */
    static double longRopeAmplitude(double factor, double positions) {
        return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(positions));
    }
}
