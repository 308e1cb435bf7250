package dev.hone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void whatIsMadeComesInTheOrderOfNumbers(int count) {
        Workers workers = Workers.of(count);
        assertThat(workers.count()).isEqualTo(count);
        assertThat(workers.each(w -> 10 * w))
                .containsExactlyElementsOf(
                        IntStream.range(0, count).map(w -> 10 * w).boxed().toList());
        assertThat(workers.map(List.of(3, 1, 4, 1, 5, 9, 2), i -> i * i)).containsExactly(9, 1, 16, 1, 25, 81, 4);
        assertThat(workers.map(List.of(3), i -> i * i)).containsExactly(9);
        assertThat(workers.map(List.<Integer>of(), i -> i * i)).isEmpty();
    }

    @Test
    void eachNumberIsAnotherThreadsAndTheFirstIsTheCallers() {
        Workers workers = Workers.of(3);
        List<Thread> threads = workers.each(w -> Thread.currentThread());
        assertThat(threads).doesNotHaveDuplicates();
        assertThat(threads.get(0)).isSameAs(Thread.currentThread());
        assertThat(workers.each(w -> Thread.currentThread())).isEqualTo(threads);
        assertThat(workers.map(List.of(0, 1, 2, 3), i -> Thread.currentThread()))
                .containsExactly(threads.get(0), threads.get(1), threads.get(2), threads.get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFailureComesToTheCallerOnceAllHaveEnded(int failing) {
        Workers workers = Workers.of(3);
        AtomicInteger ended = new AtomicInteger();
        assertThatThrownBy(() -> workers.each(w -> {
                    if (w == failing) {
                        throw new IllegalStateException("share " + w);
                    }
                    sleep(20);
                    return ended.incrementAndGet();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("share " + failing);
        assertThat(ended).hasValue(2);
        assertThat(workers.each(w -> w)).containsExactly(0, 1, 2);
    }

    @Test
    void ofSeveralFailuresTheFirstNumbersIsThrown() {
        assertThatThrownBy(() -> Workers.of(3).each(w -> {
                    sleep(20 * (3 - w));
                    if (w > 0) {
                        throw new AssertionError("share " + w);
                    }
                    return w;
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("share 1");
    }

    /** The threads are at work, so whoever asks again from a share, the caller's or another's, does all of it alone. */
    @Test
    void aShareThatAsksAgainDoesAllItself() {
        Workers workers = Workers.of(3);
        for (int round = 0; round < 200; round++) {
            List<List<Thread>> nested = workers.each(w -> workers.each(inner -> Thread.currentThread()));
            List<Thread> threads = workers.each(w -> Thread.currentThread());
            for (int w = 0; w < 3; w++) {
                assertThat(nested.get(w)).hasSize(3).containsOnly(threads.get(w));
            }
        }
        assertThat(workers.each(w -> workers.map(List.of(1, 2, 3, 4), i -> i * (w + 1))))
                .containsExactly(List.of(1, 2, 3, 4), List.of(2, 4, 6, 8), List.of(3, 6, 9, 12));
    }

    @Test
    void aCallerWhoFindsTheOthersAtWorkDoesAllItself() throws Exception {
        Workers workers = Workers.of(2);
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            Future<List<Integer>> first = one.submit(() -> workers.each(w -> {
                begun.countDown();
                await(go);
                return w;
            }));
            await(begun);
            assertThat(workers.each(w -> Thread.currentThread())).containsOnly(Thread.currentThread());
            go.countDown();
            assertThat(first.get(10, TimeUnit.SECONDS)).containsExactly(0, 1);
        } finally {
            one.shutdownNow();
        }
    }

    /** Some rounds follow at once, some after the others have gone to sleep. */
    @Test
    void thousandsOfRoundsOfSeveralCallersEachGetTheirOwn() throws Exception {
        Workers workers = Workers.of(3);
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int c = 0; c < 4; c++) {
                int caller = c;
                calls.add(() -> {
                    int right = 0;
                    for (int round = 0; round < 3000; round++) {
                        int number = 100_000 * caller + 10 * round;
                        right += workers.each(w -> number + w).equals(List.of(number, number + 1, number + 2)) ? 1 : 0;
                        if (round % 1000 == 999) {
                            sleep(5);
                        }
                    }
                    return right;
                });
            }
            for (Future<Integer> right : callers.invokeAll(calls)) {
                assertThat(right.get()).isEqualTo(3000);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    /** Also where shares know the workers, as those of whoever holds them do. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theThreadsEndWhenNobodyHoldsTheWorkers(boolean known) {
        Thread other = forgotten(known);
        for (int wait = 0; other.isAlive() && wait < 500; wait++) {
            System.gc();
            sleep(10);
        }
        assertThat(other.isAlive()).isFalse();
    }

    private static Thread forgotten(boolean known) {
        Workers workers = Workers.of(2);
        List<Thread> threads = known
                ? workers.map(List.of(0, 1), i -> Thread.currentThread())
                : workers.each(w -> Thread.currentThread());
        return threads.get(1);
    }

    @Test
    void thereIsAtLeastOne() {
        assertThatThrownBy(() -> Workers.of(0)).hasMessage("workers (0) must be positive");
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
