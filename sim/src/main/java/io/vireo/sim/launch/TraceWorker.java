package io.vireo.sim.launch;

import io.vireo.sim.RunResult;
import io.vireo.sim.SeedRange;
import io.vireo.sim.Simulator;
import io.vireo.sim.SimulatorFactory;
import io.vireo.sim.cluster.Note;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.cluster.SimCluster;
import io.vireo.sim.time.TraceRecording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The other process of {@code check-determinism}: runs seeds and leaves their traces in a file. */
public final class TraceWorker {
    static final String HASHES = "hashes";
    static final String RECORDING = "recording";

    private TraceWorker() {}

    /** {@code hashes FIRST..LAST FILE}, or {@code recording SEED FILE}. */
    public static void main(final String[] arguments) throws IOException {
        run(SimulatorFactory.OF_SEED, arguments);
    }

    static void run(final SimulatorFactory factory, final String... arguments) throws IOException {
        final Path file = Path.of(arguments[2]);
        if (arguments[0].equals(RECORDING)) {
            final TraceRecording recording = new TraceRecording();
            record(factory, Long.parseLong(arguments[1]), recording);
            recording.save(file);
            return;
        }
        final SeedRange range = SeedRange.parse(arguments[1]);
        final TraceHashFile hashes = new TraceHashFile();
        for (long seed = range.first(); seed <= range.last(); seed++) {
            hashes.add(factory.create(seed, RunListener.NONE).run());
        }
        hashes.save(file);
    }

    /** Runs a seed, and keeps all of it. */
    static RunResult record(final SimulatorFactory factory, final long seed, final TraceRecording recording) {
        final Notes notes = new Notes(recording);
        final Simulator simulator = factory.create(seed, notes);
        simulator.record(recording);
        return simulator.run();
    }

    private static final class Notes implements RunListener {
        private final TraceRecording recording;
        private SimCluster cluster;

        Notes(final TraceRecording recording) {
            this.recording = recording;
        }

        @Override
        public void onCluster(final SimCluster newCluster) {
            cluster = newCluster;
        }

        @Override
        public void onNote(final Note note, final int replica, final int group, final Supplier<String> text) {
            recording.onNote(cluster.queue().executed(), "r" + replica + " g" + group + " " + text.get());
        }
    }
}
