package dev.hone.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.testkit.FaultyFiles;
import dev.hone.testkit.FaultyFiles.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of two files that say the same number. */
class AtomicFolderTest {
    @TempDir
    private Path place;

    @Test
    void whereverAProcessEndsTheFilesOfAFolderBelongTogether() throws IOException {
        Set<String> found = new TreeSet<>();
        boolean ended = true;
        for (int change = 1; ended; change++) {
            Path folder = Files.createDirectory(place.resolve("end-" + change)).resolve("best");
            AtomicFolder.write(folder, fresh -> fill(fresh, "1"));
            ended = ends(FaultyFiles.at(folder, Fault.DEATH, change));
            AtomicFolder.repair(folder);
            found.add(content(folder));
            assertThat(names(folder.getParent())).containsExactly("best");
        }
        assertThat(found).containsExactly("1 1", "2 2");
    }

    @Test
    void aFolderIsNotThereUntilItIsWhole() throws IOException {
        boolean ended = true;
        for (int change = 1; ended; change++) {
            Path folder = Files.createDirectory(place.resolve("end-" + change)).resolve("final");
            ended = ends(FaultyFiles.at(folder, Fault.DEATH, change));
            if (Files.exists(folder)) {
                assertThat(content(folder)).isEqualTo("2 2");
            }
        }
    }

    @Test
    void aFullDiskLeavesWhatWasThereAndNothingElse() throws IOException {
        Path folder = place.resolve("best");
        AtomicFolder.write(folder, fresh -> fill(fresh, "1"));
        boolean full = true;
        for (int change = 1; full; change++) {
            Path faulty = FaultyFiles.at(folder, Fault.FULL_DISK, change);
            try {
                AtomicFolder.write(faulty, fresh -> fill(fresh, "2"));
                full = false;
            } catch (IOException e) {
                assertThat(content(folder)).isEqualTo("1 1");
                assertThat(names(place)).containsExactly("best");
            }
        }
        assertThat(content(folder)).isEqualTo("2 2");
    }

    @Test
    void aFullDiskIsReportedWithTheFileAndTheFreeSpace() {
        Path faulty = FaultyFiles.at(place.resolve("best"), Fault.FULL_DISK, 3);
        assertThatThrownBy(() -> AtomicFolder.write(faulty, fresh -> fill(fresh, "2")))
                .isInstanceOf(WriteFailure.class)
                .hasMessageMatching("(?s).*best\\.hone\\.tmp.a: No space left on device; [0-9,]+ bytes are free there;"
                        + " make room and give the same command again");
    }

    private static boolean ends(Path folder) throws IOException {
        try {
            AtomicFolder.write(folder, fresh -> fill(fresh, "2"));
            return false;
        } catch (FaultyFiles.Death e) {
            return true;
        }
    }

    private static void fill(Path folder, String number) throws IOException {
        AtomicFiles.write(folder.resolve("a"), number);
        AtomicFiles.write(folder.resolve("b"), number);
    }

    private static String content(Path folder) throws IOException {
        return Files.readString(folder.resolve("a")) + " " + Files.readString(folder.resolve("b"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
