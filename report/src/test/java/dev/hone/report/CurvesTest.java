package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.report.Curve.Point;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needNoDisplay() {
        System.setProperty("java.awt.headless", "true");
    }

    @Test
    void aPlotShowsEveryCurveInItsOwnColour() throws IOException {
        Curves.save(losses(), folder.resolve("loss.png"));
        BufferedImage image = ImageIO.read(folder.resolve("loss.png").toFile());
        assertThat(image.getWidth()).isEqualTo(900);
        assertThat(image.getHeight()).isEqualTo(540);
        for (int curve = 0; curve < 3; curve++) {
            assertThat(pixels(image, Palette.colour(curve))).isGreaterThan(300);
        }
    }

    @Test
    void aLogarithmicPlotLeavesOutWhatItCannotShow() throws IOException {
        Curve curve = curve("a", 1, 10, 0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-4);
        assertThat(pixels(draw(Plot.of("decay", "value", curve).logarithmic()), Palette.colour(0)))
                .isGreaterThan(300);
    }

    @Test
    void oneOrNoPointIsStillAPicture() throws IOException {
        assertThat(pixels(draw(Plot.of("one", "v", curve("a", 5))), Palette.colour(0)))
                .isGreaterThan(5);
        draw(Plot.of("none", "v", curve("a"), curve("b", Double.NaN)));
        draw(Plot.of("none", "v", curve("a")).logarithmic().smoothed(0.9));
        draw(Plot.of("nothing", "v"));
        draw(Plot.of("flat", "v", curve("a", 2, 2, 2)));
    }

    @Test
    void labelsOutsideAsciiDoNotFail() throws IOException {
        draw(Plot.of("손실", "값", curve("학습", 1, 2)));
    }

    static Plot losses() {
        Random random = new Random(7);
        List<Point> train = new ArrayList<>();
        List<Point> held = new ArrayList<>();
        List<Point> replay = new ArrayList<>();
        for (int step = 1; step <= 1200; step++) {
            double clean = 0.55 + 2.3 * Math.exp(-step / 160.0);
            train.add(new Point(step, clean + random.nextGaussian() * 0.12));
            replay.add(new Point(step, 1.62 + 0.25 * Math.exp(-step / 400.0) + random.nextGaussian() * 0.06));
            if (step % 50 == 0) {
                held.add(new Point(step, clean + 0.18 + 0.0002 * step));
            }
        }
        return Plot.of(
                        "Loss while learning Korean general knowledge",
                        "loss (nats per token)",
                        new Curve("training", train),
                        new Curve("held out", held),
                        new Curve("replay of general text", replay))
                .smoothed(0.95);
    }

    static Curve curve(String name, double... values) {
        List<Point> points = new ArrayList<>();
        for (double value : values) {
            points.add(new Point(points.size() + 1, value));
        }
        return new Curve(name, points);
    }

    private static BufferedImage draw(Plot plot) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Curves.png(plot)));
    }

    private static long pixels(BufferedImage image, int colour) {
        int[] all = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return Arrays.stream(all).filter(pixel -> (pixel & 0xFFFFFF) == colour).count();
    }
}
