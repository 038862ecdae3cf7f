package io.vireo.node.launch;

import io.vireo.node.client.iggy.Destination;
import io.vireo.node.client.iggy.IggyAdmin;
import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.IggyProducer;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.iggy.Secret;
import io.vireo.node.ops.StatusClient;
import io.vireo.node.stream.Identifier;
import io.vireo.node.tls.Tls;
import io.vireo.node.transport.HostPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo bench namespaces}: what many partitions cost a cluster that has little to do with them. */
@Command(
        name = "namespaces",
        description = "Measure what many partitions cost: making them, memory, open files, CPU at rest, and a restart.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A streaming cluster of three processes gets TOPICS topics; then one message goes to every second partition of each, and none to",
            "the others. heap is what is in use after a full collection, told by the JDK's jcmd, and per namespace that above the empty",
            "cluster's; CPU is the share of a core while nobody asks for anything. restart: all three are stopped by SIGTERM and started",
            "again at once; the time is that from their start until the last has opened all groups and lets clients in. A figure that the",
            "system does not tell is \"-\", in JSON null.",
            "",
            "Examples:",
            "  vireo bench namespaces",
            "  vireo bench namespaces --topics 1000 --idle-seconds 10 --json",
        })
public final class BenchNamespacesCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final String USER = "iggy";
    private static final String STREAM = "bench";
    private static final int TIMEOUT_MS = 60_000;
    private static final int STATUS_TIMEOUT_MS = 5_000;
    private static final long POLL_MS = 20;
    private static final long PROGRESS_MS = 1_000;
    private static final long START_MAX_NS = 600_000_000_000L;
    private static final int SETTLE_SECONDS = 5;
    private static final int TOPICS_MAX = 60_000;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Directory in which a temporary one is made (${DEFAULT-VALUE}).")
    private Path dir;

    @Option(names = "--topics", paramLabel = "N", description = "Topics of the stream (10000; quick: 20).")
    private Integer topics;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "10",
            description = "Partitions of each topic (${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--groups",
            paramLabel = "N",
            defaultValue = "4",
            description = "Consensus groups of the cluster (${DEFAULT-VALUE}).")
    private int groups;

    @Option(
            names = "--heap-mib",
            paramLabel = "MIB",
            defaultValue = "1365",
            description = "Heap of each process at most (${DEFAULT-VALUE}: 4 GiB in all).")
    private int heapMib;

    @Option(names = "--wal-bytes", paramLabel = "BYTES", description = "Log of each group (256 MiB; quick: 16 MiB).")
    private Long walBytes;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "8",
            description = "Clients at a time that make topics and send (${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--idle-seconds", paramLabel = "S", description = "Measured seconds at rest (30; quick: 1).")
    private Integer idleSeconds;

    @Option(names = "--quick", description = "Few topics, only to see that it works; its figures mean little.")
    private boolean isQuick;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    /** Part of the load: one topic. */
    private interface Step {
        void run(IggyClient client, int topic) throws IOException, RequestRefusedException;
    }

    /** As the nodes find it in the environment; null if connections are without. */
    private final Tls tls = TlsSettings.callingClients(new Settings().putTls(System.getenv()));

    private final Secret password = new Secret(FormatCommand.newClusterId());
    private final double[] restartSeconds = new double[NODES];
    private final double[] restartCpuSeconds = new double[NODES];

    @Override
    public Integer call() throws InterruptedException {
        check();
        try (BenchProcesses nodes = BenchProcesses.startStreaming(
                dir, groups, walBytes != null ? walBytes : isQuick ? 16L << 20 : 256L << 20, heapMib, variables())) {
            awaitServing(nodes, System.nanoTime());
            final List<HostPort> addresses = addresses(nodes);
            final NamespaceFigures empty = NamespaceFigures.of(nodes, NODES, 0);
            createStream(addresses);
            final double createSeconds = load("made topics", addresses, this::create);
            final double sendSeconds = load("sent to topics", addresses, this::send);
            nodes.requireAlive();
            TimeUnit.SECONDS.sleep(isQuick ? 0 : SETTLE_SECONDS);
            final NamespaceFigures loaded = NamespaceFigures.of(nodes, NODES, idleSeconds());
            nodes.restartAll();
            awaitServing(nodes, System.nanoTime());
            requireAll(addresses(nodes));
            TimeUnit.SECONDS.sleep(isQuick ? 0 : SETTLE_SECONDS);
            final NamespaceFigures restarted = NamespaceFigures.of(nodes, NODES, idleSeconds());
            nodes.requireAlive();
            print(createSeconds, sendSeconds, empty, loaded, restarted);
        } catch (final RequestRefusedException | IOException e) {
            throw new FailedException("the load failed: " + e.getMessage(), e);
        }
        return ExitCodes.OK;
    }

    private Map<String, String> variables() {
        return Map.of(
                "VIREO_ROOT_USERNAME",
                USER,
                "VIREO_ROOT_PASSWORD",
                password.value(),
                // Nobody has the time to guess this one, and what checking it costs is not what is measured.
                "VIREO_PASSWORD_ITERATIONS",
                "1000");
    }

    private void check() {
        BenchOptions.require(
                topics() >= 1 && topics() <= TOPICS_MAX, "--topics is " + topics() + ", must be 1 to " + TOPICS_MAX);
        BenchOptions.require(
                partitions >= 1 && partitions <= 1_000, "--partitions is " + partitions + ", must be 1 to 1000");
        BenchOptions.require(
                connections >= 1 && connections <= 64, "--connections is " + connections + ", must be 1 to 64");
        BenchOptions.require(heapMib >= 64, "--heap-mib is " + heapMib + ", must be at least 64");
        BenchOptions.require(
                idleSeconds() >= 1 && idleSeconds() <= 3_600,
                "--idle-seconds is " + idleSeconds() + ", must be 1 to 3600");
    }

    private int topics() {
        return topics != null ? topics : isQuick ? 20 : 10_000;
    }

    private int idleSeconds() {
        return idleSeconds != null ? idleSeconds : isQuick ? 1 : 30;
    }

    private long namespaces() {
        return (long) topics() * partitions;
    }

    private IggyClient connect(final List<HostPort> addresses, final int first)
            throws IOException, RequestRefusedException {
        final List<HostPort> inOrder = new ArrayList<>(addresses.subList(first % NODES, NODES));
        inOrder.addAll(addresses.subList(0, first % NODES));
        final IggyClient client = new IggyClient(inOrder, TIMEOUT_MS, tls);
        client.connect();
        client.login(USER, password);
        return client;
    }

    private void createStream(final List<HostPort> addresses) throws IOException, RequestRefusedException {
        try (IggyClient client = connect(addresses, 0)) {
            new IggyAdmin(client).createStream(STREAM);
        }
    }

    private void create(final IggyClient client, final int topic) throws IOException, RequestRefusedException {
        new IggyAdmin(client).createTopic(Identifier.of(STREAM), name(topic), partitions, 0, 0);
    }

    private void send(final IggyClient client, final int topic) throws IOException, RequestRefusedException {
        final IggyProducer producer = new IggyProducer(
                client, Identifier.of(STREAM), Identifier.of(name(topic)), () -> System.currentTimeMillis() * 1_000);
        final byte[] message = name(topic).getBytes(StandardCharsets.UTF_8);
        for (int partition = 0; partition < partitions; partition += 2) {
            producer.send(Destination.partition(partition), List.of(message), new byte[0]);
        }
    }

    private static String name(final int topic) {
        return "topic-" + topic;
    }

    /** Every topic is there, and what was sent to it. */
    private void requireAll(final List<HostPort> addresses) throws IOException, RequestRefusedException {
        try (IggyClient client = connect(addresses, 0)) {
            final int found =
                    new IggyAdmin(client).topics(Identifier.of(STREAM)).size();
            if (found != topics()) {
                throw new FailedException("after the restart there are " + found + " topics, not " + topics());
            }
        }
    }

    /** Does a step for each topic, by several clients at a time; returns how many seconds it took. */
    private double load(final String what, final List<HostPort> addresses, final Step step)
            throws InterruptedException {
        final AtomicInteger next = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        final ExecutorService threads = Executors.newFixedThreadPool(connections);
        final long startNs = System.nanoTime();
        try {
            final List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                final int number = i;
                workers.add(threads.submit(() -> {
                    try (IggyClient client = connect(addresses, number)) {
                        for (int topic = next.getAndIncrement(); topic < topics(); topic = next.getAndIncrement()) {
                            step.run(client, topic);
                            done.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            threads.shutdown();
            while (!threads.awaitTermination(PROGRESS_MS, TimeUnit.MILLISECONDS)) {
                progress(what + " " + done.get() + " of " + topics());
            }
            for (final Future<?> worker : workers) {
                worker.get();
            }
        } catch (final ExecutionException e) {
            throw new FailedException("the load failed: " + e.getCause().getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** Until every node has opened all groups and lets clients in; notes when each did. */
    private void awaitServing(final BenchProcesses nodes, final long startNs) throws InterruptedException {
        final StatusClient status = new StatusClient(nodes.cluster(), nodes.access(), STATUS_TIMEOUT_MS);
        final boolean[] isServing = new boolean[NODES];
        int serving = 0;
        long lastNs = startNs;
        while (serving < NODES) {
            nodes.requireAlive();
            for (int node = 0; node < NODES; node++) {
                if (!isServing[node] && clients(status, node) != null) {
                    isServing[node] = true;
                    serving++;
                    restartSeconds[node] = (System.nanoTime() - startNs) / 1e9;
                    restartCpuSeconds[node] =
                            ProcessFigures.cpuTime(nodes.process(node)).toNanos() / 1e9;
                }
            }
            final long nowNs = System.nanoTime();
            if (nowNs - startNs > START_MAX_NS) {
                throw new FailedException(
                        "only " + serving + " nodes serve after " + START_MAX_NS / 1_000_000_000 + " s");
            }
            if (nowNs - lastNs > PROGRESS_MS * 1_000_000) {
                lastNs = nowNs;
                progress(serving + " of " + NODES + " nodes serve");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static List<HostPort> addresses(final BenchProcesses nodes) {
        final StatusClient status = new StatusClient(nodes.cluster(), nodes.access(), STATUS_TIMEOUT_MS);
        final List<HostPort> addresses = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            final String address = clients(status, node);
            if (address == null) {
                throw new FailedException("node " + node + " has stopped to serve clients");
            }
            addresses.add(HostPort.parse(address));
        }
        return addresses;
    }

    /** Where a node serves clients; null as long as it does not, or a group of it is not open. */
    @SuppressWarnings("unchecked")
    private static String clients(final StatusClient client, final int node) {
        final Map<String, Object> status;
        try {
            status = StatusClient.parse(client.ask(node));
        } catch (final IOException e) {
            // It does not listen yet.
            return null;
        }
        for (final Object group : (List<Object>) status.get("groups")) {
            if (!"NORMAL".equals(((Map<String, Object>) group).get("status"))) {
                return null;
            }
        }
        final Map<String, Object> clients = (Map<String, Object>) status.get("clients");
        return clients != null && Boolean.TRUE.equals(clients.get("serving")) ? (String) clients.get("address") : null;
    }

    private void progress(final String text) {
        final PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    private double restartMax() {
        double max = 0;
        for (final double seconds : restartSeconds) {
            max = Math.max(max, seconds);
        }
        return max;
    }

    private void print(
            final double createSeconds,
            final double sendSeconds,
            final NamespaceFigures empty,
            final NamespaceFigures loaded,
            final NamespaceFigures restarted) {
        final PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.printf(
                    Locale.ROOT,
                    "{\"topics\":%d,\"partitions\":%d,\"namespaces\":%d,\"groups\":%d,\"heapMib\":%d,\"createSeconds\":%.3f,"
                            + "\"sendSeconds\":%.3f,\"restartSeconds\":%.3f,\"restartCpuSeconds\":[%.2f,%.2f,%.2f],\"empty\":%s,\"loaded\":%s,\"restarted\":%s}%n",
                    topics(),
                    partitions,
                    namespaces(),
                    groups,
                    heapMib,
                    createSeconds,
                    sendSeconds,
                    restartMax(),
                    restartCpuSeconds[0],
                    restartCpuSeconds[1],
                    restartCpuSeconds[2],
                    empty.json(empty, namespaces()),
                    loaded.json(empty, namespaces()),
                    restarted.json(empty, namespaces()));
            out.flush();
            return;
        }
        out.printf(
                Locale.ROOT,
                "namespaces: %d topics x %d partitions = %d, every second with a message, %d groups, heap of each process at most %d MiB%n",
                topics(),
                partitions,
                namespaces(),
                groups,
                heapMib);
        out.printf(Locale.ROOT, "create     %.1f s, %.0f topics/s%n", createSeconds, topics() / createSeconds);
        out.printf(
                Locale.ROOT,
                "send       %.1f s, %.0f messages/s%n",
                sendSeconds,
                (long) topics() * ((partitions + 1) / 2) / sendSeconds);
        out.printf(
                Locale.ROOT,
                "restart    %.1f s until all serve; CPU of each until it did: %.1f s, %.1f s, %.1f s%n",
                restartMax(),
                restartCpuSeconds[0],
                restartCpuSeconds[1],
                restartCpuSeconds[2]);
        out.printf(
                "%-10s %4s %9s %14s %8s %10s %12s%n",
                "", "node", "heap MiB", "B/namespace", "RSS MiB", "open files", "idle CPU %");
        empty.print(out, "empty", empty, namespaces());
        loaded.print(out, "loaded", empty, namespaces());
        restarted.print(out, "restarted", empty, namespaces());
        out.flush();
    }
}
