package io.vireo.node.gateway.service;

import com.sun.management.OperatingSystemMXBean;
import io.vireo.node.gateway.ServerView;
import io.vireo.node.iggy.StatsRecord;
import io.vireo.node.port.Clock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process and its machine, from the beans of the Java platform and from {@code /proc}; what a platform does not say is 0, as the record
 * has no other word for it. Belongs to the thread of the gateway; archives are packed on a thread of their own.
 */
public final class MachineView implements ServerView, AutoCloseable {
    private static final int ARCHIVES_MAX = 2;
    private static final int PERCENT = 100;
    private static final long MICROS_NS = 1_000;
    private static final long MILLIS_MICROS = 1_000;
    private static final int MAJOR = 1_000_000;
    private static final int MINOR = 1_000;
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(\\D.*)?");

    private final Path directory;
    private final Clock clock;
    private final ProcFiles proc;
    private final SnapshotArchive archive;
    private final SideWork work;
    private final StatsRecord.Host host;
    private final long pid = ProcessHandle.current().pid();
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /**
     * @param directory with the data.
     * @param hostname as clients are shown it, not empty.
     * @param version of this server, as its release is called.
     * @param wake wakes the thread of the gateway; called on any thread.
     */
    public MachineView(
            final Path directory,
            final String hostname,
            final String version,
            final List<SnapshotArchive.Attachment> attachments,
            final Clock clock,
            final Runnable wake) {
        this(directory, hostname, version, attachments, clock, wake, new ProcFiles(Path.of("/proc")));
    }

    MachineView(
            final Path directory,
            final String hostname,
            final String version,
            final List<SnapshotArchive.Attachment> attachments,
            final Clock clock,
            final Runnable wake,
            final ProcFiles proc) {
        this.directory = directory;
        this.clock = clock;
        this.proc = proc;
        this.archive = new SnapshotArchive(directory, attachments);
        this.work = new SideWork("vireo-snapshot", 1, ARCHIVES_MAX, wake);
        this.host = new StatsRecord.Host(
                hostname, system.getName(), system.getVersion(), proc.kernel(), version, semver(version));
    }

    @Override
    public StatsRecord.ProcessFigures process() {
        final long startedAt = ManagementFactory.getRuntimeMXBean().getStartTime() * MILLIS_MICROS;
        return new StatsRecord.ProcessFigures(
                (int) pid,
                percent(system.getProcessCpuLoad() * system.getAvailableProcessors()),
                percent(system.getCpuLoad()),
                orZero(proc.residentBytes()),
                Math.max(0, system.getTotalMemorySize()),
                proc.availableBytes().orElse(Math.max(0, system.getFreeMemorySize())),
                Math.max(0, clock.wallNs() / MICROS_NS - startedAt),
                startedAt,
                orZero(proc.readBytes()),
                orZero(proc.writtenBytes()));
    }

    @Override
    public StatsRecord.Host host() {
        return host;
    }

    @Override
    public StatsRecord.Storage storage() {
        final int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        try {
            final FileStore store = Files.getFileStore(directory);
            return new StatsRecord.Storage(threads, store.getUsableSpace(), store.getTotalSpace());
        } catch (final IOException e) {
            // The directory is gone, or its file system says nothing: as where a platform has no such figure.
            return new StatsRecord.Storage(threads, 0, 0);
        }
    }

    /** Nothing where the compression is one that a zip of the Java platform has not, or where too many are being packed. */
    @Override
    public void snapshot(final int compression, final List<Integer> types, final Consumer<Optional<byte[]>> onPacked) {
        final String resources = resources();
        if (!work.offer(() -> archive.pack(compression, types, resources), onPacked)) {
            onPacked.accept(Optional.empty());
        }
    }

    /** Hands over what is packed. @return how many. */
    public int poll(final long nowNs) {
        return work.poll();
    }

    /** It is woken when there is something to do. */
    public long delayNs(final long nowNs) {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        work.close();
    }

    /** A release as a number; 0 if it is called otherwise than by three numbers. */
    static int semver(final String version) {
        final Matcher release = RELEASE.matcher(version);
        return release.matches()
                ? Integer.parseInt(release.group(1)) * MAJOR
                        + Integer.parseInt(release.group(2)) * MINOR
                        + Integer.parseInt(release.group(3))
                : 0;
    }

    private String resources() {
        final StatsRecord.ProcessFigures figures = process();
        final StatsRecord.Storage storage = storage();
        return String.join(
                "\n",
                "host=" + host.hostname(),
                "os=" + host.osName() + " " + host.osVersion(),
                "kernel=" + host.kernel(),
                "version=" + host.serverVersion(),
                "pid=" + pid,
                "cpu_percent=" + figures.cpuPercent(),
                "total_cpu_percent=" + figures.totalCpuPercent(),
                "memory_bytes=" + figures.memory(),
                "total_memory_bytes=" + figures.totalMemory(),
                "available_memory_bytes=" + figures.availableMemory(),
                "run_time_us=" + figures.runTimeUs(),
                "read_bytes=" + figures.readBytes(),
                "written_bytes=" + figures.writtenBytes(),
                "threads=" + storage.threads(),
                "free_disk_bytes=" + storage.freeDisk(),
                "total_disk_bytes=" + storage.totalDisk(),
                "");
    }

    /** The beans say less than 0, or no number, where they know nothing. */
    private static float percent(final double load) {
        return load > 0 ? (float) (load * PERCENT) : 0;
    }

    private static long orZero(final OptionalLong figure) {
        return figure.orElse(0);
    }
}
