package io.vireo.node.iggy;

import io.vireo.node.stream.Permissions;
import java.util.Optional;

/** A user: one of a list is without permissions, its details have them. */
public record UserRecord(int id, long createdAt, boolean isActive, String username, Optional<Permissions> permissions)
        implements WireRecord {
    private static final int STATUS_ACTIVE = 1;
    private static final int STATUS_INACTIVE = 2;

    /** Reads what {@link #writeTo} writes, so without permissions. */
    public static UserRecord read(final WireReader in) throws WireException {
        return new UserRecord(in.u32Bits(), in.u64(), in.u8() == STATUS_ACTIVE, in.str8(), Optional.empty());
    }

    @Override
    public void writeTo(final WireWriter out) {
        out.u32(id);
        out.u64(createdAt);
        out.u8(isActive ? STATUS_ACTIVE : STATUS_INACTIVE);
        out.str8(username);
    }

    /** As get_user and create_user answer. */
    public void writeDetailsTo(final WireWriter out) {
        writeTo(out);
        if (permissions.isPresent()) {
            out.bool(true);
            PermissionsCodec.write(out, permissions.get());
        } else {
            // Four bytes where one would do: some SDKs read one of them, others all.
            out.u32(0);
        }
    }
}
