package io.vireo.node.launch;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** What the nodes of {@link BenchNamespacesCommand} take at one moment. */
final class NamespaceFigures {
    private static final double MIB = 1 << 20;

    private final OptionalLong[] heap;
    private final OptionalLong[] resident;
    private final OptionalLong[] files;
    /** Of a core; below 0 where it was not measured. */
    private final double[] cpuPercent;

    private NamespaceFigures(final int nodes) {
        heap = new OptionalLong[nodes];
        resident = new OptionalLong[nodes];
        files = new OptionalLong[nodes];
        cpuPercent = new double[nodes];
    }

    /** @param idleSeconds for which CPU time is measured first; 0: it is not. */
    static NamespaceFigures of(final BenchProcesses processes, final int nodes, final int idleSeconds)
            throws InterruptedException {
        final NamespaceFigures figures = new NamespaceFigures(nodes);
        final Duration[] before = new Duration[nodes];
        final long startNs = System.nanoTime();
        for (int node = 0; node < nodes; node++) {
            figures.cpuPercent[node] = -1;
            if (idleSeconds > 0) {
                before[node] = ProcessFigures.cpuTime(processes.process(node));
            }
        }
        TimeUnit.SECONDS.sleep(idleSeconds);
        for (int node = 0; node < nodes && idleSeconds > 0; node++) {
            final Duration used =
                    ProcessFigures.cpuTime(processes.process(node)).minus(before[node]);
            figures.cpuPercent[node] = 100.0 * used.toNanos() / (System.nanoTime() - startNs);
        }
        for (int node = 0; node < nodes; node++) {
            figures.files[node] = ProcessFigures.openFiles(processes.process(node));
            figures.resident[node] = ProcessFigures.residentBytes(processes.process(node));
            figures.heap[node] = ProcessFigures.liveHeapBytes(processes.process(node));
        }
        return figures;
    }

    /** Heap above that of the empty cluster for each namespace, in bytes; absent where a heap is not known. */
    private String perNamespace(
            final NamespaceFigures empty, final int node, final long namespaces, final String none) {
        return this == empty || heap[node].isEmpty() || empty.heap[node].isEmpty()
                ? none
                : String.format(
                        Locale.ROOT,
                        "%.0f",
                        (heap[node].getAsLong() - empty.heap[node].getAsLong()) / (double) namespaces);
    }

    void print(final PrintWriter out, final String when, final NamespaceFigures empty, final long namespaces) {
        for (int node = 0; node < heap.length; node++) {
            out.printf(
                    Locale.ROOT,
                    "%-10s %4d %9s %14s %8s %10s %12s%n",
                    when,
                    node,
                    mib(heap[node]),
                    perNamespace(empty, node, namespaces, "-"),
                    mib(resident[node]),
                    files[node].isPresent() ? Long.toString(files[node].getAsLong()) : "-",
                    cpuPercent[node] < 0 ? "-" : String.format(Locale.ROOT, "%.2f", cpuPercent[node]));
        }
    }

    String json(final NamespaceFigures empty, final long namespaces) {
        final StringBuilder json = new StringBuilder("[");
        for (int node = 0; node < heap.length; node++) {
            json.append(node == 0 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"heapBytes\":%s,\"heapBytesPerNamespace\":%s,\"residentBytes\":%s,\"openFiles\":%s,\"idleCpuPercent\":%s}",
                            number(heap[node]),
                            perNamespace(empty, node, namespaces, "null"),
                            number(resident[node]),
                            number(files[node]),
                            cpuPercent[node] < 0 ? "null" : String.format(Locale.ROOT, "%.2f", cpuPercent[node])));
        }
        return json.append(']').toString();
    }

    private static String number(final OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "null";
    }

    private static String mib(final OptionalLong bytes) {
        return bytes.isPresent() ? String.format(Locale.ROOT, "%.1f", bytes.getAsLong() / MIB) : "-";
    }
}
