package io.vireo.node.iggy;

import java.util.List;

/** What get_stats answers, in the groups in which it is gathered. */
public record StatsRecord(ProcessFigures process, Contents contents, Host host, List<Cache> caches, Storage storage)
        implements WireRecord {
    public StatsRecord {
        caches = List.copyOf(caches);
    }

    /**
     * The process and the machine it runs on.
     *
     * @param cpuPercent of the process; 100 is one core.
     * @param totalCpuPercent of the machine.
     * @param runTimeUs in microseconds.
     */
    public record ProcessFigures(
            int pid,
            float cpuPercent,
            float totalCpuPercent,
            long memory,
            long totalMemory,
            long availableMemory,
            long runTimeUs,
            long startedAt,
            long readBytes,
            long writtenBytes) {}

    /** How much of what there is. */
    public record Contents(
            long messagesSize,
            int streams,
            int topics,
            int partitions,
            int segments,
            long messages,
            int clients,
            int groups) {}

    /**
     * The machine by its names.
     *
     * @param hostname not empty: clients count on it.
     * @param semver the release as a number: major by 1,000,000, minor by 1,000, patch by 1; 0 if it has none.
     */
    public record Host(
            String hostname, String osName, String osVersion, String kernel, String serverVersion, int semver) {}

    /** The cache of one partition. */
    public record Cache(int stream, int topic, int partition, long hits, long misses, float hitRatio)
            implements WireRecord {
        @Override
        public void writeTo(final WireWriter out) {
            out.u32(stream);
            out.u32(topic);
            out.u32(partition);
            out.u64(hits);
            out.u64(misses);
            out.f32(hitRatio);
        }
    }

    /** Threads of the process, and the disk under its data. */
    public record Storage(int threads, long freeDisk, long totalDisk) {}

    @Override
    public void writeTo(final WireWriter out) {
        out.u32(process.pid);
        out.f32(process.cpuPercent);
        out.f32(process.totalCpuPercent);
        out.u64(process.memory);
        out.u64(process.totalMemory);
        out.u64(process.availableMemory);
        out.u64(process.runTimeUs);
        out.u64(process.startedAt);
        out.u64(process.readBytes);
        out.u64(process.writtenBytes);
        out.u64(contents.messagesSize);
        out.u32(contents.streams);
        out.u32(contents.topics);
        out.u32(contents.partitions);
        out.u32(contents.segments);
        out.u64(contents.messages);
        out.u32(contents.clients);
        out.u32(contents.groups);
        out.str32(host.hostname);
        out.str32(host.osName);
        out.str32(host.osVersion);
        out.str32(host.kernel);
        out.str32(host.serverVersion);
        out.u32(host.semver);
        out.u32(caches.size());
        WireRecord.writeAll(out, caches);
        out.u32(storage.threads);
        out.u64(storage.freeDisk);
        out.u64(storage.totalDisk);
    }
}
