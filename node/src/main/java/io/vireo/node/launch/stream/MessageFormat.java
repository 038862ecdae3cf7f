package io.vireo.node.launch.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vireo.node.client.iggy.PolledMessage;
import io.vireo.node.client.iggy.UserHeaders;
import io.vireo.node.iggy.WireException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** How {@code vireo consume} writes a message. */
enum MessageFormat {
    /** The payload and a newline. */
    LINES {
        @Override
        void write(final OutputStream out, final int partition, final PolledMessage message) throws IOException {
            out.write(message.payload());
            out.write('\n');
        }
    },
    /** The payload and nothing else. */
    RAW {
        @Override
        void write(final OutputStream out, final int partition, final PolledMessage message) throws IOException {
            out.write(message.payload());
        }
    },
    /** An object in a line of its own; bytes that are no text are in base64. */
    JSON {
        @Override
        void write(final OutputStream out, final int partition, final PolledMessage message) throws IOException {
            final ByteArrayOutputStream line = new ByteArrayOutputStream();
            try (JsonGenerator json = FACTORY.createGenerator(line)) {
                json.writeStartObject();
                json.writeNumberField("partition", Unsigned.u32(partition));
                json.writeFieldName("offset");
                json.writeNumber(Unsigned.u64(message.offset()));
                json.writeStringField("timestamp", Unsigned.time(message.timestampUs()));
                json.writeStringField("originTimestamp", Unsigned.time(message.originTimestampUs()));
                json.writeStringField("id", String.format("%016x%016x", message.idHi(), message.idLo()));
                writeHeaders(json, message.userHeaders());
                writePayload(json, message.payload());
                json.writeEndObject();
            }
            out.write(line.toByteArray());
            out.write('\n');
        }
    };

    private static final JsonFactory FACTORY = new JsonFactory();

    abstract void write(OutputStream out, int partition, PolledMessage message) throws IOException;

    private static void writeHeaders(final JsonGenerator json, final byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        try {
            final Map<String, Object> headers = UserHeaders.read(bytes);
            json.writeObjectFieldStart("headers");
            for (final Map.Entry<String, Object> header : headers.entrySet()) {
                json.writeFieldName(header.getKey());
                Listing.write(json, header.getValue());
            }
            json.writeEndObject();
        } catch (final WireException e) {
            // Nobody but its producer says what the bytes behind a payload are; whoever reads the line can see them all
            // the same.
            json.writeStringField("headersBase64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static void writePayload(final JsonGenerator json, final byte[] payload) throws IOException {
        try {
            json.writeStringField(
                    "payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (final CharacterCodingException e) {
            json.writeStringField("payloadBase64", Base64.getEncoder().encodeToString(payload));
        }
    }
}
