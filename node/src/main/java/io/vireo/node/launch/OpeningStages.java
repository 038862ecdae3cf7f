package io.vireo.node.launch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.bootstrap.open.RecoveryStage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the opening of one group gets on, or went: when each stage began and what it found. Begins anew with each opening, also with the one
 * behind a state synchronization. Shard's thread; the time is told.
 */
final class OpeningStages {
    private static final Pattern NUMBER = Pattern.compile("(?:^| )([A-Za-z]+)=(-?[0-9]+)(?= |$)");
    private static final long MS_NS = 1_000_000;

    private static final class Row {
        private final RecoveryStage stage;
        private final long startNs;
        private long endNs;
        private String found = "";
        private boolean isEnded;

        Row(final RecoveryStage stage, final long startNs) {
            this.stage = stage;
            this.startNs = startNs;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    /**
     * A stage begins, and the one before it ends.
     *
     * @param found by the one before it, key=value.
     * @return how long that one took, ns.
     */
    long begin(final RecoveryStage stage, final String found, final long nowNs) {
        if (stage == RecoveryStage.SUPERBLOCK) {
            rows.clear();
        }
        long tookNs = 0;
        if (!rows.isEmpty()) {
            final Row last = rows.get(rows.size() - 1);
            last.endNs = nowNs;
            last.found = found;
            last.isEnded = true;
            tookNs = nowNs - last.startNs;
        }
        rows.add(new Row(stage, nowNs));
        return tookNs;
    }

    /**
     * Writes the field "opening": the present stage, and of every one its time and the numbers that it found.
     *
     * @param done of {@code total}, which is in files (FILES), bytes (JOURNAL) or ops (REPLAY): how far the present stage is; 0 if it has no
     *     such measure or is the last one.
     */
    void write(final JsonGenerator json, final long nowNs, final long done, final long total) throws IOException {
        json.writeObjectFieldStart("opening");
        if (!rows.isEmpty()) {
            final Row last = rows.get(rows.size() - 1);
            final boolean isOver = last.stage == RecoveryStage.JOIN || last.stage == RecoveryStage.REFUSED;
            json.writeStringField("stage", last.stage.name());
            json.writeNumberField("ms", ((isOver ? last.startNs : nowNs) - rows.get(0).startNs) / MS_NS);
            if (total > 0) {
                json.writeNumberField("done", done);
                json.writeNumberField("total", total);
            }
            json.writeObjectFieldStart("stages");
            for (final Row row : rows) {
                if (row != last || !isOver) {
                    write(json, row, nowNs);
                }
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(final JsonGenerator json, final Row row, final long nowNs) throws IOException {
        json.writeObjectFieldStart(row.stage.name().toLowerCase(Locale.ROOT));
        json.writeNumberField("ms", ((row.isEnded ? row.endNs : nowNs) - row.startNs) / MS_NS);
        final Matcher number = NUMBER.matcher(row.found);
        while (number.find()) {
            json.writeNumberField(number.group(1), Long.parseLong(number.group(2)));
        }
        json.writeEndObject();
    }
}
