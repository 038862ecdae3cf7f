package io.vireo.sim.stream;

import io.vireo.node.gateway.ServerView;
import io.vireo.node.iggy.StatsRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A machine that uses nothing and packs nothing: what it says is the same in every run. */
enum SimServer implements ServerView {
    INSTANCE;

    @Override
    public StatsRecord.ProcessFigures process() {
        return new StatsRecord.ProcessFigures(1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public StatsRecord.Host host() {
        return new StatsRecord.Host("simulated", "none", "0", "0", "0.0.0", 0);
    }

    @Override
    public StatsRecord.Storage storage() {
        return new StatsRecord.Storage(1, 0, 0);
    }

    @Override
    public void snapshot(final int compression, final List<Integer> types, final Consumer<Optional<byte[]>> onPacked) {
        onPacked.accept(Optional.empty());
    }
}
