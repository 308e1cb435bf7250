package dev.hone.tensor;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads, the caller's among them, that compute in parallel. The share of each depends on its number alone, and
 * results are in the order of numbers.
 *
 * <p>A waiting thread spins for some microseconds before it sleeps: a product of a small model is done before a sleeping thread would
 * have been woken. Callers take turns; one that finds the threads busy computes all shares itself.
 */
public final class Workers {
    /** About fifty microseconds. */
    private static final int SPINS = 2_000;

    private static final Cleaner CLEANER = Cleaner.create();

    private final int count;
    private final Round round = new Round();
    private final Thread[] others;
    private final ReentrantLock turn = new ReentrantLock();

    private Workers(int count) {
        this.count = count;
        Round shared = round;
        others = new Thread[count - 1];
        for (int w = 1; w < count; w++) {
            int worker = w;
            others[w - 1] = new Thread(() -> shared.serve(worker), "worker");
            others[w - 1].setDaemon(true);
            others[w - 1].start();
        }
        Thread[] started = others;
        CLEANER.register(this, () -> shared.end(started));
    }

    /** {@code count} workers, the caller's thread included. */
    public static Workers of(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("workers (" + count + ") must be positive");
        }
        return new Workers(count);
    }

    public int count() {
        return count;
    }

    /**
     * Runs a share on each worker, and waits for all of them.
     *
     * @param share the work of worker 0, 1 …; 0 is the caller
     * @return their results in order; the exception of the first that failed is thrown when all have ended
     */
    @SuppressWarnings("unchecked") // shares return T, and nothing else is stored
    public <T> List<T> each(IntFunction<T> share) {
        if (count == 1 || turn.isHeldByCurrentThread() || !turn.tryLock()) {
            return IntStream.range(0, count).mapToObj(share).toList();
        }
        try {
            return (List<T>) Arrays.asList(round.run(share, others));
        } finally {
            turn.unlock();
        }
    }

    /** The results for each item, in order; item i belongs to worker i mod {@link #count}. */
    public <A, B> List<B> map(List<A> items, Function<A, B> body) {
        List<List<B>> shares = each(w -> {
            List<B> share = new ArrayList<>();
            for (int i = w; i < items.size(); i += count) {
                share.add(body.apply(items.get(i)));
            }
            return share;
        });
        return IntStream.range(0, items.size())
                .mapToObj(i -> shares.get(i % count).get(i / count))
                .toList();
    }

    /** What callers and threads share. It does not refer to the workers, so that these can be collected and the threads end. */
    private static final class Round {
        private volatile long number;
        private volatile boolean ended;
        private volatile @Nullable Thread caller;
        private IntFunction<?> share = w -> w;
        private Object[] made = new Object[0];
        private @Nullable Throwable[] failed = new Throwable[0];
        private final AtomicInteger open = new AtomicInteger();

        Object[] run(IntFunction<?> work, Thread[] others) {
            share = work;
            made = new Object[others.length + 1];
            failed = new Throwable[made.length];
            caller = Thread.currentThread();
            open.set(others.length);
            number++; // publishes what was set before; only the caller whose turn it is writes here
            for (Thread other : others) {
                LockSupport.unpark(other);
            }
            compute(0);
            for (int looks = 0; open.get() > 0; looks++) {
                rest(looks);
            }
            Object[] results = made;
            @Nullable Throwable[] failures = failed;
            forget();
            for (Throwable failure : failures) {
                rethrow(failure);
            }
            return results;
        }

        /** Objects that shares refer to, often the workers themselves, must not live as long as the threads. */
        private void forget() {
            share = w -> w;
            made = new Object[0];
            failed = new Throwable[0];
        }

        void serve(int worker) {
            long served = 0;
            while (!ended) {
                for (int looks = 0; number == served && !ended; looks++) {
                    rest(looks);
                }
                if (!ended) {
                    served = number;
                    compute(worker);
                    if (open.decrementAndGet() == 0) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        private void compute(int worker) {
            try {
                made[worker] = share.apply(worker);
            } catch (RuntimeException | Error e) {
                failed[worker] = e;
            }
        }

        private void rest(int looks) {
            if (looks < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }

        private static void rethrow(@Nullable Throwable failure) {
            if (failure instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (failure instanceof Error error) {
                throw error;
            }
        }

        void end(Thread[] threads) {
            ended = true;
            for (Thread thread : threads) {
                LockSupport.unpark(thread);
            }
        }
    }
}
