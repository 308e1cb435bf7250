package dev.hone.recipes.alarm;

import java.util.List;

/**
 * One number over consecutive steps that measured it.
 *
 * @param squaredError of the mean, larger where neighbouring steps are alike: (1 + r) / (1 − r) times that of independent steps, with
 *     r the correlation of neighbours
 */
record Window(double mean, double squaredError) {
    private static final double MOST_ALIKE = 0.9;

    static Window of(List<StepStatistics> steps, String name) {
        double[] values = steps.stream().mapToDouble(step -> step.value(name)).toArray();
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        double neighbours = 0;
        for (int i = 0; i < values.length; i++) {
            squares += (values[i] - mean) * (values[i] - mean);
            neighbours += i == 0 ? 0 : (values[i] - mean) * (values[i - 1] - mean);
        }
        double error = squares / Math.max(1, values.length - 1) / values.length;
        double likeness = squares == 0 ? 0 : neighbours / squares + 2.0 / values.length; // less the bias of so few
        double alike = Math.max(0, Math.min(MOST_ALIKE, likeness));
        return new Window(mean, error * (1 + alike) / (1 - alike));
    }

    /** Whether this is above another one by so many standard errors of their difference. */
    boolean isAbove(Window other, double errors) {
        return mean - other.mean > errors * Math.sqrt(squaredError + other.squaredError);
    }
}
