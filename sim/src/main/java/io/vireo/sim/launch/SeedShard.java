package io.vireo.sim.launch;

import io.vireo.sim.SeedRange;
import java.util.function.UnaryOperator;

/** Which part of a range of seeds one of several machines runs. */
final class SeedShard {
    /** Set by Kubernetes in the pods of an Indexed Job, from 0. */
    static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

    private static final String AUTO = "auto";

    private SeedShard() {}

    /**
     * @param text {@code I/N}, or {@code auto/N} for the index in {@link #INDEX_VARIABLE}.
     * @param environment value of a variable, or null.
     * @throws IllegalArgumentException with what is wrong in one line.
     */
    static SeedRange of(final SeedRange range, final String text, final UnaryOperator<String> environment) {
        if (!text.matches("([0-9]{1,18}|" + AUTO + ")/[0-9]{1,18}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not I/N or auto/N, such as 0/8");
        }
        final int slash = text.indexOf('/');
        final String index = text.substring(0, slash);
        final long shards = Long.parseLong(text.substring(slash + 1));
        if (!index.equals(AUTO)) {
            return range.shard(Long.parseLong(index), shards);
        }
        final String value = environment.apply(INDEX_VARIABLE);
        if (value == null || !value.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("auto needs the environment variable " + INDEX_VARIABLE
                    + (value == null ? ", which is not set" : " to be a number, it is \"" + value + "\""));
        }
        return range.shard(Long.parseLong(value), shards);
    }
}
