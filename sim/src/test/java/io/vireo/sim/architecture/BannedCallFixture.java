package io.vireo.sim.architecture;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemEpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One method per banned call, each marked with the rule that must flag it. It is compiled and read by {@link BannedCallTest}, never run: it
 * proves that the scan can fail.
 */
final class BannedCallFixture {
    static int counter;

    /** The rule that must flag the method. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Breaks {
        BannedCall value();
    }

    private enum Kind {
        A
    }

    private BannedCallFixture() {}

    @Breaks(BannedCall.CLOCK)
    static long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    @Breaks(BannedCall.CLOCK)
    static long nanoTime() {
        return System.nanoTime();
    }

    @Breaks(BannedCall.CLOCK)
    static LongSupplier nanoTimeByMethodReference() {
        return System::nanoTime;
    }

    @Breaks(BannedCall.CLOCK)
    static LongSupplier nanoTimeInLambda() {
        return () -> System.nanoTime() + 1;
    }

    @Breaks(BannedCall.CLOCK)
    static Object nanoTimeInAnonymousClass() {
        return new Object() {
            @Override
            public String toString() {
                return "at " + System.nanoTime();
            }
        };
    }

    @Breaks(BannedCall.CLOCK)
    static Instant instantNow() {
        return Instant.now();
    }

    @Breaks(BannedCall.CLOCK)
    @SuppressWarnings("JavaUtilDate")
    static Date newDate() {
        return new Date();
    }

    @Breaks(BannedCall.CLOCK)
    static long systemEpochClock() {
        return SystemEpochClock.INSTANCE.time();
    }

    @Breaks(BannedCall.RANDOMNESS)
    static double mathRandom() {
        return Math.random();
    }

    @Breaks(BannedCall.RANDOMNESS)
    static Random randomWithoutSeed() {
        return new Random();
    }

    @Breaks(BannedCall.RANDOMNESS)
    static Supplier<Random> randomWithoutSeedByMethodReference() {
        return Random::new;
    }

    @Breaks(BannedCall.RANDOMNESS)
    static SplittableRandom splittableRandomWithoutSeed() {
        return new SplittableRandom();
    }

    @Breaks(BannedCall.RANDOMNESS)
    static int threadLocalRandom() {
        return ThreadLocalRandom.current().nextInt();
    }

    @Breaks(BannedCall.RANDOMNESS)
    static SecureRandom secureRandom() {
        return new SecureRandom();
    }

    @Breaks(BannedCall.RANDOMNESS)
    static UUID randomUuid() {
        return UUID.randomUUID();
    }

    @Breaks(BannedCall.RANDOMNESS)
    static void shuffle(final List<String> list) {
        Collections.shuffle(list);
    }

    @Breaks(BannedCall.THREAD)
    static Thread newThread() {
        return new Thread(BannedCallFixture::shuffleNothing);
    }

    @Breaks(BannedCall.THREAD)
    static void sleep() throws InterruptedException {
        Thread.sleep(1);
    }

    @Breaks(BannedCall.THREAD)
    static String currentThread() {
        return Thread.currentThread().getName();
    }

    @Breaks(BannedCall.THREAD)
    static ThreadLocal<String> threadLocal() {
        return ThreadLocal.withInitial(() -> "");
    }

    @Breaks(BannedCall.THREAD)
    static void park() {
        LockSupport.parkNanos(1);
    }

    @Breaks(BannedCall.THREAD)
    static ReentrantLock lock() {
        return new ReentrantLock();
    }

    @Breaks(BannedCall.THREAD)
    static ExecutorService executor() {
        return Executors.newSingleThreadExecutor();
    }

    @Breaks(BannedCall.THREAD)
    static long atomic(final AtomicLong value) {
        return value.incrementAndGet();
    }

    @Breaks(BannedCall.THREAD)
    static void notifyAll(final Object monitor) {
        monitor.notifyAll();
    }

    @Breaks(BannedCall.THREAD)
    static IdleStrategy idleStrategy() {
        return new BackoffIdleStrategy();
    }

    @Breaks(BannedCall.PARALLEL_STREAM)
    static Stream<String> parallelStream(final Collection<String> collection) {
        return collection.parallelStream();
    }

    @Breaks(BannedCall.PARALLEL_STREAM)
    static int parallel() {
        return IntStream.range(0, 9).parallel().sum();
    }

    @Breaks(BannedCall.PARALLEL_STREAM)
    static void parallelSort(final int[] values) {
        Arrays.parallelSort(values);
    }

    @Breaks(BannedCall.IDENTITY_HASH)
    static int identityHashCode(final Object object) {
        return System.identityHashCode(object);
    }

    @Breaks(BannedCall.IDENTITY_HASH)
    static int objectHashCode(final Object object) {
        return object.hashCode();
    }

    @Breaks(BannedCall.IDENTITY_HASH)
    static int enumHashCode() {
        return Kind.A.hashCode();
    }

    @Breaks(BannedCall.IDENTITY_HASH)
    static Map<Object, String> identityHashMap() {
        return new IdentityHashMap<>();
    }

    @Breaks(BannedCall.SALTED_COLLECTION)
    static Set<String> setOf() {
        return Set.of("a", "b");
    }

    @Breaks(BannedCall.SALTED_COLLECTION)
    static Set<String> setCopyOf(final List<String> list) {
        return Set.copyOf(list);
    }

    @Breaks(BannedCall.SALTED_COLLECTION)
    static Map<String, String> mapOf() {
        return Map.of("a", "b");
    }

    @Breaks(BannedCall.SALTED_COLLECTION)
    static Map<String, String> mapOfEntries() {
        return Map.ofEntries(Map.entry("a", "b"));
    }

    @Breaks(BannedCall.SALTED_COLLECTION)
    static Map<String, String> mapCopyOf(final Map<String, String> map) {
        return Map.copyOf(map);
    }

    @Breaks(BannedCall.SALTED_COLLECTION)
    static Set<String> toUnmodifiableSet(final List<String> list) {
        return list.stream().collect(Collectors.toUnmodifiableSet());
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static Map<String, String> newHashMap() {
        return new HashMap<>();
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static Set<String> newHashSet() {
        return new HashSet<>();
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static Collection<String> keySet(final HashMap<String, String> map) {
        return map.keySet();
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static Collection<String> values(final HashMap<String, String> map) {
        return map.values();
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static Collection<Map.Entry<String, String>> entrySet(final HashMap<String, String> map) {
        return map.entrySet();
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static int forEachElement(final HashSet<String> set) {
        int length = 0;
        for (final String element : set) {
            length += element.length();
        }
        return length;
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static void forEach(final HashMap<String, String> map, final List<String> target) {
        map.forEach((key, value) -> target.add(key + value));
    }

    @Breaks(BannedCall.HASHED_COLLECTION)
    static Set<String> toSet(final List<String> list) {
        return list.stream().collect(Collectors.toSet());
    }

    @Breaks(BannedCall.FILE)
    static FileChannel fileChannel(final Path path) throws IOException {
        return FileChannel.open(path);
    }

    @Breaks(BannedCall.FILE)
    static byte[] readAllBytes(final Path path) throws IOException {
        return Files.readAllBytes(path);
    }

    @Breaks(BannedCall.FILE)
    static InputStream fileInputStream(final String name) throws IOException {
        return new FileInputStream(name);
    }

    @Breaks(BannedCall.FILE)
    static RandomAccessFile randomAccessFile(final String name) throws IOException {
        return new RandomAccessFile(name, "r");
    }

    @Breaks(BannedCall.FILE)
    static Selector selector() throws IOException {
        return Selector.open();
    }

    @Breaks(BannedCall.SOCKET)
    static Socket socket() {
        return new Socket();
    }

    @Breaks(BannedCall.SOCKET)
    static ServerSocket serverSocket() throws IOException {
        return new ServerSocket(0);
    }

    @Breaks(BannedCall.SOCKET)
    static InetSocketAddress resolve(final String host) {
        return new InetSocketAddress(host, 1);
    }

    @Breaks(BannedCall.SOCKET)
    static String localHost() throws IOException {
        return InetAddress.getLocalHost().getHostName();
    }

    @Breaks(BannedCall.PROCESS)
    static String environment() {
        return System.getenv("HOME");
    }

    @Breaks(BannedCall.PROCESS)
    static String property() {
        return System.getProperty("user.dir");
    }

    @Breaks(BannedCall.PROCESS)
    static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Breaks(BannedCall.PROCESS)
    static long processId() {
        return ProcessHandle.current().pid();
    }

    @Breaks(BannedCall.LOG)
    static void print() {
        System.out.println("printed");
    }

    @Breaks(BannedCall.LOG)
    static Logger logger() {
        return LoggerFactory.getLogger("name");
    }

    /** Nothing here may be flagged: what looks like a banned call and is not. */
    static final class Allowed {
        private final Map<String, String> sorted = new java.util.TreeMap<>();
        private final Map<String, String> linked = new java.util.LinkedHashMap<>();
        private final Map<Kind, String> byKind = new java.util.EnumMap<>(Kind.class);
        private final Set<Kind> kinds = java.util.EnumSet.of(Kind.A);
        private final Random seeded = new Random(7);

        long all(final long nowNs) {
            Collections.shuffle(List.of("a", "b"), seeded);
            linked.forEach(sorted::put);
            return Instant.ofEpochSecond(nowNs).getEpochSecond()
                    + sorted.keySet().size()
                    + byKind.size()
                    + kinds.size()
                    + "text".hashCode()
                    + java.util.concurrent.TimeUnit.NANOSECONDS.toMillis(nowNs);
        }
    }

    private static void shuffleNothing() {}
}
