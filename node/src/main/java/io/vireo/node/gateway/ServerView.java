package io.vireo.node.gateway;

import io.vireo.node.iggy.StatsRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The process and its machine. */
public interface ServerView {
    StatsRecord.ProcessFigures process();

    StatsRecord.Host host();

    StatsRecord.Storage storage();

    /**
     * Packs files for people who look for a fault.
     *
     * @param compression with {@code types} as {@link io.vireo.node.iggy.ServerRequest.GetSnapshot} has them.
     * @param onPacked takes the archive, or nothing if there is none; once, on the thread of the gateway.
     */
    void snapshot(int compression, List<Integer> types, Consumer<Optional<byte[]>> onPacked);
}
