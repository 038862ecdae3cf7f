package io.vireo.node.iggy;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes what a client writes, by the specification of the protocol and by nothing of the product. */
public final class ClientBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public ClientBytes u8(final int value) {
        out.write(value);
        return this;
    }

    public ClientBytes u16(final int value) {
        return u8(value).u8(value >>> 8);
    }

    public ClientBytes u32(final long value) {
        return u16((int) value).u16((int) (value >>> 16));
    }

    public ClientBytes u64(final long value) {
        return u32(value).u32(value >>> 32);
    }

    public ClientBytes raw(final byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public ClientBytes text(final String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    public ClientBytes str8(final String text) {
        return u8(text.getBytes(StandardCharsets.UTF_8).length).text(text);
    }

    public ClientBytes str32(final String text) {
        return u32(text.getBytes(StandardCharsets.UTF_8).length).text(text);
    }

    public ClientBytes id(final Identifier id) {
        return id.isNumeric() ? u8(1).u8(4).u32(id.number()) : u8(2).str8(id.name());
    }

    public ClientBytes optionalPermissions(final Optional<Permissions> permissions) {
        if (permissions.isEmpty()) {
            return u8(0);
        }
        final byte[] bytes = new ClientBytes().permissions(permissions.get()).bytes();
        return u8(1).u32(bytes.length).raw(bytes);
    }

    /** The lists as flags before, between and behind their entries. */
    private ClientBytes permissions(final Permissions permissions) {
        flags(permissions.global(), 0);
        final List<Integer> streams = new ArrayList<>(permissions.streams().keySet());
        u8(streams.isEmpty() ? 0 : 1);
        for (int i = 0; i < streams.size(); i++) {
            final Permissions.OfStream stream = permissions.streams().get(streams.get(i));
            u32(streams.get(i)).flags(stream.set(), 4);
            final List<Integer> topics = new ArrayList<>(stream.topics().keySet());
            u8(topics.isEmpty() ? 0 : 1);
            for (int k = 0; k < topics.size(); k++) {
                u32(topics.get(k)).flags(stream.topics().get(topics.get(k)), 6);
                u8(k < topics.size() - 1 ? 1 : 0);
            }
            u8(i < streams.size() - 1 ? 1 : 0);
        }
        return this;
    }

    private ClientBytes flags(final int set, final int first) {
        for (int i = first; i < 10; i++) {
            u8(set >>> i & 1);
        }
        return this;
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
