package io.vireo.node.stream.machine;

import static io.vireo.node.stream.AccessRules.MANAGE_OTHER_USERS;
import static io.vireo.node.stream.StreamStatus.OK;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.User;

/** Commands about users and their tokens. Passwords and tokens are in none of them, only hashes that were made before. */
public final class UserCommands {
    private UserCommands() {}

    /** @param permissions null for none. */
    public record CreateUser(String name, String passwordHash, int status, Permissions permissions)
            implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CREATE_USER;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(name).text(passwordHash).u8(status).permissions(permissions);
        }

        static CreateUser read(final BodyReader in) {
            return new CreateUser(in.text(), in.text(), in.u8(), in.permissions());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(MANAGE_OTHER_USERS);
            return refusal == OK
                    ? state.users().create(name, passwordHash, status, permissions, nowMicros)
                    : MetadataResult.refused(refusal);
        }
    }

    public record DeleteUser(Identifier user) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.DELETE_USER;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(user);
        }

        static DeleteUser read(final BodyReader in) {
            return new DeleteUser(in.id());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(MANAGE_OTHER_USERS);
            return refusal == OK ? state.users().delete(user) : MetadataResult.refused(refusal);
        }
    }

    /**
     * @param name null to keep it.
     * @param status 0 to keep it.
     */
    public record UpdateUser(Identifier user, String name, int status) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.UPDATE_USER;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(user).bool(name != null);
            if (name != null) {
                out.text(name);
            }
            out.u8(status);
        }

        static UpdateUser read(final BodyReader in) {
            return new UpdateUser(in.id(), in.bool() ? in.text() : null, in.u8());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(MANAGE_OTHER_USERS);
            return refusal == OK ? state.users().update(user, name, status) : MetadataResult.refused(refusal);
        }
    }

    /** @param permissions null for none. */
    public record UpdatePermissions(Identifier user, Permissions permissions) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.UPDATE_PERMISSIONS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(user).permissions(permissions);
        }

        static UpdatePermissions read(final BodyReader in) {
            return new UpdatePermissions(in.id(), in.permissions());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusal(MANAGE_OTHER_USERS);
            return refusal == OK ? state.users().updatePermissions(user, permissions) : MetadataResult.refused(refusal);
        }
    }

    /**
     * One's own, or with the permission another's; the current password was checked before, against {@code currentHash}: if another change
     * came in between, this one is refused.
     */
    public record ChangePassword(Identifier user, String currentHash, String passwordHash) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CHANGE_PASSWORD;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(user).text(currentHash).text(passwordHash);
        }

        static ChangePassword read(final BodyReader in) {
            return new ChangePassword(in.id(), in.text(), in.text());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int refusal = caller.refusalOnUser(MANAGE_OTHER_USERS, user);
            return refusal == OK
                    ? state.users().changePassword(user, currentHash, passwordHash)
                    : MetadataResult.refused(refusal);
        }
    }

    /**
     * Of the caller.
     *
     * @param expiryMicros how long it is valid from the op's time on, unsigned; 0 and the largest number for ever.
     */
    public record CreateToken(String name, String hash, long expiryMicros) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CREATE_TOKEN;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(name).text(hash).u64(expiryMicros);
        }

        static CreateToken read(final BodyReader in) {
            return new CreateToken(in.text(), in.text(), in.u64());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.users().tokens().create(caller.number(), name, hash, expiresAt(nowMicros));
        }

        /** A time beyond the largest number is never, which the largest expiry always leads to. */
        private long expiresAt(final long nowMicros) {
            final long sum = nowMicros + expiryMicros;
            return expiryMicros == 0 || Long.compareUnsigned(sum, nowMicros) < 0 ? 0 : sum;
        }
    }

    /** Of the caller. */
    public record DeleteToken(String name) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.DELETE_TOKEN;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(name);
        }

        static DeleteToken read(final BodyReader in) {
            return new DeleteToken(in.text());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.users().tokens().delete(caller.number(), name);
        }
    }

    /** Of the system: the first user of a cluster, see {@link User#ROOT}. */
    public record CreateRoot(String name, String passwordHash) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.CREATE_ROOT;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.text(name).text(passwordHash);
        }

        static CreateRoot read(final BodyReader in) {
            return new CreateRoot(in.text(), in.text());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.users().createRoot(name, passwordHash, nowMicros);
        }
    }
}
