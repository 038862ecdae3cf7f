package io.vireo.journal.message;

/**
 * Every frame on the wire and every prepare on disk states one of these at offset 60 of its header. Codes are part of the format: they
 * are never reused or renumbered. {@code docs/VSR.md} has one table per command.
 */
public enum Command {
    /** First frame of a connection: who calls (replica or client), which cluster, which groups. */
    HELLO(1),
    /** Answer to HELLO: who was reached. */
    WELCOME(2),
    /** Answer to HELLO: why the connection ends. */
    REJECT(3),
    /** Client to primary: one or more requests of one session. */
    REQUEST(4),
    /** Replica to client: outcome of one or more requests of one session. */
    REPLY(5),
    PREPARE(6),
    PREPARE_OK(7),
    /** Heartbeat of the primary: commit number and leadership round. */
    COMMIT(8),
    /** Backup to primary: answer to a leadership round. */
    COMMIT_OK(9),
    START_VIEW_CHANGE(10),
    DO_VIEW_CHANGE(11),
    START_VIEW(12),
    REQUEST_START_VIEW(13),
    REQUEST_HEADERS(14),
    HEADERS(15),
    REQUEST_PREPARE(16),
    /** Client to any replica: a query that does not go through the log. */
    READ(17),
    READ_REPLY(18),
    /** Replica to its clients: the view whose primary serves them now. */
    CLIENT_VIEW(19),
    STATUS(20),
    STATUS_REPLY(21),
    /** State synchronization: who has a checkpoint? */
    REQUEST_CHECKPOINT(22),
    CHECKPOINT(23),
    /** State synchronization: bytes of a file of a checkpoint. */
    REQUEST_CHUNK(24),
    CHUNK(25),
    /** Answer to HELLO where the cluster has a secret: prove that you know it. */
    CHALLENGE(26),
    /** That the sender knows the secret: of the caller as the answer to CHALLENGE, then of the one who was called, before its WELCOME. */
    PROOF(27),
    /** Client to a shard: check all files now, and heal what is damaged. Answered as STATUS is. */
    SCRUB(28),
    /** Replica on an empty disk in the place of one that was lost, to all: void what I said before, and bring me into a later view. */
    RECOVER(29),
    /** That this is recorded. */
    RECOVER_OK(30);

    private static final Command[] BY_CODE = new Command[31];

    static {
        for (final Command command : values()) {
            BY_CODE[command.code] = command;
        }
    }

    private final int code;

    Command(final int code) {
        this.code = code;
    }

    /** Code at offset 60 of the header, 1..255. */
    public int code() {
        return code;
    }

    /** The command with this code, or null where there is none. */
    public static Command ofCode(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
