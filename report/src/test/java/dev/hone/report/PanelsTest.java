package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PanelsTest {
    /** The least is 20 tokens, between 10 and 100, so that zero stands where 1 would. */
    @Test
    void zeroHasAPlaceOfItsOwn() {
        Panels.Decades decades = Panels.Decades.of(List.of(series(0, 20, 3000)));
        assertThat(decades).isEqualTo(new Panels.Decades(0, 4, true));
        assertThat(decades.place(0)).isEqualTo(0);
        assertThat(decades.place(1000)).isEqualTo(3);
        assertThat(List.of(decades.label(0), decades.label(1), decades.label(1.5), decades.label(3)))
                .containsExactly("0", "10", " ", "1,000");
    }

    @Test
    void withoutAZeroTheAxisBeginsAtADecade() {
        Panels.Decades decades = Panels.Decades.of(List.of(series(0.25, 40)));
        assertThat(decades).isEqualTo(new Panels.Decades(-1, 2, false));
        assertThat(decades.label(-1)).isEqualTo("0.1");
    }

    @Test
    void panelsStandSideBySide(@TempDir Path folder) throws IOException {
        Panels.Panel panel = new Panels.Panel("tokens", "right (%)", List.of(series(0, 20, 3000)));
        Panels.save(List.of(panel, panel), folder.resolve("panels.png"));
        var image = ImageIO.read(folder.resolve("panels.png").toFile());
        assertThat(image.getWidth()).isEqualTo(2 * 560);
    }

    private static Panels.Series series(double... x) {
        return new Panels.Series(
                "way",
                x,
                Arrays.copyOf(new double[] {10, 50, 90}, x.length),
                Collections.nCopies(x.length, new Interval(0.05, 0.95)));
    }
}
