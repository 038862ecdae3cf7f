package io.vireo.node.stream.machine;

import io.vireo.node.stream.metadata.User;

/**
 * In whose name something is asked. A user is told by number and creation, because numbers are used again: 1. user 5 logs in at node A; 2. it
 * is deleted at node B, and another is created, which gets number 5; 3. a request of the old login reaches the log before A has heard. By the
 * number alone it would run with what the new user may do. Times of creation do not tell the two apart: while the wall clock is behind, many
 * ops share a microsecond.
 *
 * @param user number of the user; {@link #SYSTEM} has {@link #SYSTEM_NUMBER}.
 * @param creation of the user as login told it, see {@link User#creation}; 0 for the system.
 */
public record Actor(int user, long creation) {
    public static final int SYSTEM_NUMBER = -1;

    /**
     * The cluster itself: primaries, gateways and operators, who speak on the replica port. May do everything. No client of the protocol can
     * become it: a gateway puts in the user of the login.
     */
    public static final Actor SYSTEM = new Actor(SYSTEM_NUMBER, 0);

    public static Actor of(final User user) {
        return new Actor(user.number(), user.creation());
    }

    /** Of a user as the answer to a login has it. */
    public static Actor of(final Answers.UserInfo user) {
        return new Actor(user.number(), user.creation());
    }

    void writeTo(final BodyWriter out) {
        out.u32(user).u64(creation);
    }

    static Actor read(final BodyReader in) {
        return new Actor(in.u32(), in.u64());
    }
}
