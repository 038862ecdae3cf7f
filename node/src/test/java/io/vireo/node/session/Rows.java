package io.vireo.node.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Builds batches and prepares for tests, row by row as a client would state them. */
final class Rows {
    /** One request; clients are small numbers, spread over both halves of their id. */
    record Row(int client, long session, long request, int operation, long namespace, byte[] body) {
        long clientLo() {
            return client / 2;
        }

        long clientHi() {
            return client % 2;
        }

        static Row register(final int client) {
            return new Row(client, 0, 0, RequestBatch.OPERATION_REGISTER, 0, new byte[0]);
        }

        static Row append(final int client, final long session, final long request, final String body) {
            return new Row(client, session, request, 16, 0, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Rows() {}

    /** A prepare with the fields the apply step reads; it starts at {@code offset} of a larger buffer. */
    static UnsafeBuffer prepare(final int offset, final long op, final long timestampNs, final List<Row> rows) {
        final int bodies = rows.stream().mapToInt(row -> row.body().length).sum();
        final int batch = offset + HeaderFlyweight.HEADER_LENGTH;
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[batch + RequestBatch.length(rows.size(), bodies)]);
        buffer.putLong(offset + PrepareFlyweight.OP_OFFSET, op, LITTLE_ENDIAN);
        buffer.putLong(offset + PrepareFlyweight.TIMESTAMP_OFFSET, timestampNs, LITTLE_ENDIAN);
        putBatch(buffer, batch, rows);
        return buffer;
    }

    /** A buffer with one row at {@link RequestBatch#PREFIX_LENGTH}. */
    static UnsafeBuffer batchOf(final Row row) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[RequestBatch.length(1, row.body().length)]);
        putBatch(buffer, 0, List.of(row));
        return buffer;
    }

    private static void putBatch(final UnsafeBuffer buffer, final int batch, final List<Row> rows) {
        RequestBatch.count(buffer, batch, rows.size());
        int body = RequestBatch.row(batch, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            final Row row = rows.get(i);
            RequestBatch.putRow(
                    buffer,
                    RequestBatch.row(batch, i),
                    row.clientLo(),
                    row.clientHi(),
                    row.session(),
                    row.request(),
                    row.operation(),
                    row.namespace(),
                    0,
                    row.body().length);
            buffer.putBytes(body, row.body());
            body += row.body().length;
        }
    }
}
