package io.vireo.sim.time;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/**
 * Every event of one run: the trace hash after it, when it was, and what it added to the trace. Two recordings of one seed say where the
 * runs parted; a run that differs by chance need not differ again, so they are taken while it runs. One thread.
 */
public final class TraceRecording {
    private static final int TRACED_FRAME = 5;

    private final LongArrayList hashes = new LongArrayList();
    private final LongArrayList times = new LongArrayList();
    private final LongArrayList values = new LongArrayList();
    /** Of each event, where its values end. */
    private final IntArrayList valueEnds = new IntArrayList();

    private final Map<Long, List<String>> notes = new HashMap<>();

    /** Something was added to the trace by the event that runs. */
    public void onValue(final long value) {
        values.addLong(value);
    }

    /** The next event has ended. */
    public void onEvent(final long nowNs, final long hash) {
        hashes.addLong(hash);
        times.addLong(nowNs);
        valueEnds.addInt(values.size());
    }

    /** What an event is, for people. */
    public void onNote(final long event, final String note) {
        notes.computeIfAbsent(event, number -> new ArrayList<>()).add(note);
    }

    /** Number of events. */
    public long size() {
        return hashes.size();
    }

    /**
     * Number, from 1, of the first event after which the traces differ, or -1 if they are the same. Found by bisection: hashes are of all
     * that was before, so once they differ they stay different.
     */
    public long firstDifference(final TraceRecording other) {
        int same = 0;
        int different = Math.max(hashes.size(), other.hashes.size()) + 1;
        while (different - same > 1) {
            final int event = (same + different) >>> 1;
            if (event <= hashes.size()
                    && event <= other.hashes.size()
                    && hashes.getLong(event - 1) == other.hashes.getLong(event - 1)) {
                same = event;
            } else {
                different = event;
            }
        }
        return same == hashes.size() && same == other.hashes.size() ? -1 : different;
    }

    /** One line about an event, from 1. */
    public String describe(final long event) {
        if (event > size()) {
            return "has ended after event " + size();
        }
        final int at = (int) event - 1;
        final StringBuilder text = new StringBuilder(
                String.format("event %d at %.6fms hash=%016x", event, times.getLong(at) / 1e6, hashes.getLong(at)));
        final int from = at == 0 ? 0 : valueEnds.getInt(at - 1);
        final int to = valueEnds.getInt(at);
        if (from < to && values.getLong(from) >>> 48 == TRACED_FRAME) {
            text.append(" frame ")
                    .append(values.getLong(from) >>> 8 & 0xff)
                    .append("->")
                    .append(values.getLong(from) & 0xff);
        }
        text.append(" traced=[");
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : " ").append(Long.toHexString(values.getLong(i)));
        }
        text.append(']');
        notes.getOrDefault(event, List.of()).forEach(note -> text.append(" | ").append(note));
        return text.toString();
    }

    /** Replaces the file. */
    public void save(final Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(hashes.size());
            int from = 0;
            for (int i = 0; i < hashes.size(); i++) {
                out.writeLong(hashes.getLong(i));
                out.writeLong(times.getLong(i));
                final int to = valueEnds.getInt(i);
                out.writeInt(to - from);
                for (; from < to; from++) {
                    out.writeLong(values.getLong(from));
                }
            }
            for (final Map.Entry<Long, List<String>> note : notes.entrySet()) {
                for (final String text : note.getValue()) {
                    out.writeLong(note.getKey());
                    out.writeUTF(text);
                }
            }
            out.writeLong(0);
        }
    }

    /** Reads what {@link #save} wrote. */
    public static TraceRecording load(final Path file) throws IOException {
        final TraceRecording recording = new TraceRecording();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            final int events = in.readInt();
            for (int i = 0; i < events; i++) {
                final long hash = in.readLong();
                final long nowNs = in.readLong();
                final int count = in.readInt();
                for (int k = 0; k < count; k++) {
                    recording.onValue(in.readLong());
                }
                recording.onEvent(nowNs, hash);
            }
            for (long event = in.readLong(); event != 0; event = in.readLong()) {
                recording.onNote(event, in.readUTF());
            }
        }
        return recording;
    }
}
