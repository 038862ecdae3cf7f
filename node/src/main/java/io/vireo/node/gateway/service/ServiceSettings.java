package io.vireo.node.gateway.service;

import io.vireo.bootstrap.config.ConfigException;

/**
 * Settings of the services of a gateway. Times in nanoseconds.
 *
 * @param passwordIterations of PBKDF2 for new hashes of passwords; each doubling doubles what a login costs.
 * @param passwordThreads that hash passwords, at least 1.
 * @param passwordsMax passwords under way at a time; a login beyond that waits in the gateway and is tried again.
 * @param figuresAgeNs how old sizes and counts may be that metadata shows.
 * @param figuresTimeoutNs how long a round waits for groups; one that has not answered is left as it was known.
 * @param dutiesIntervalNs how often the primary of the metadata looks whether something waits for it.
 * @param dropWindow drops of one group under way at a time.
 * @param dropResendNs after so long a drop that is still there is sent again.
 * @param dropPatienceNs a drop that has been among the oldest of its group for so long is carried out by the backups of the metadata, too.
 * @param revocationTimeoutNs a partition that has been moving for so long goes to its new owner.
 * @param revocationIntervalNs between two such commands.
 * @param tokenIntervalNs between two commands that delete expired tokens.
 * @param silenceNs the members of a node that is not heard for so long leave their groups.
 * @param retentionIntervalNs how often expiry is looked at, and size.
 * @param retentionInflightMax topics that are looked up, and requests to partitions, at a time.
 * @param rootRetryNs between two tries to make the root user.
 */
public record ServiceSettings(
        int passwordIterations,
        int passwordThreads,
        int passwordsMax,
        long figuresAgeNs,
        long figuresTimeoutNs,
        long dutiesIntervalNs,
        int dropWindow,
        long dropResendNs,
        long dropPatienceNs,
        long revocationTimeoutNs,
        long revocationIntervalNs,
        long tokenIntervalNs,
        long silenceNs,
        long retentionIntervalNs,
        int retentionInflightMax,
        long rootRetryNs) {
    private static final long MILLIS_NS = 1_000_000;
    private static final long SECONDS_NS = 1_000 * MILLIS_NS;

    /** Of {@code dropPatienceNs}, how often a backup looks whether something has waited for so long. */
    static final int DROP_LOOKS = 4;

    /** An hour: far above every time-out, and a multiple of it is still a time. */
    private static final long MAX_PATIENCE_NS = 3_600 * SECONDS_NS;

    /** What a node has where nothing else is said. */
    public static final ServiceSettings DEFAULT = new ServiceSettings(
            600_000,
            1,
            64,
            SECONDS_NS,
            SECONDS_NS / 2,
            50 * MILLIS_NS,
            64,
            2 * SECONDS_NS,
            5 * SECONDS_NS,
            30 * SECONDS_NS,
            5 * SECONDS_NS,
            60 * SECONDS_NS,
            10 * SECONDS_NS,
            60 * SECONDS_NS,
            16,
            SECONDS_NS);

    /** @throws ConfigException if a value is out of its range. */
    public ServiceSettings {
        checkBetween("password_iterations", passwordIterations, 1, PasswordText.ITERATIONS_MAX);
        checkBetween("password_threads", passwordThreads, 1, 64);
        checkBetween("passwords_max", passwordsMax, 1, 1 << 20);
        checkBetween("figures_age", figuresAgeNs, 0, SECONDS_NS);
        checkBetween("figures_timeout", figuresTimeoutNs, 1, Long.MAX_VALUE);
        checkBetween("duties_interval", dutiesIntervalNs, 1, Long.MAX_VALUE);
        checkBetween("drop_window", dropWindow, 1, 1 << 10);
        checkBetween("drop_resend", dropResendNs, 1, Long.MAX_VALUE);
        checkBetween("drop_patience", dropPatienceNs, DROP_LOOKS, MAX_PATIENCE_NS);
        checkBetween("revocation_timeout", revocationTimeoutNs, 1, Long.MAX_VALUE);
        checkBetween("revocation_interval", revocationIntervalNs, 1, Long.MAX_VALUE);
        checkBetween("token_interval", tokenIntervalNs, 1, Long.MAX_VALUE);
        checkBetween("silence", silenceNs, 1, Long.MAX_VALUE);
        checkBetween("retention_interval", retentionIntervalNs, 2, Long.MAX_VALUE);
        checkBetween("retention_inflight_max", retentionInflightMax, 1, 1 << 16);
        checkBetween("root_retry", rootRetryNs, 1, Long.MAX_VALUE);
    }

    /** The same with other costs of passwords. */
    public ServiceSettings withPasswordIterations(final int iterations) {
        return new ServiceSettings(
                iterations,
                passwordThreads,
                passwordsMax,
                figuresAgeNs,
                figuresTimeoutNs,
                dutiesIntervalNs,
                dropWindow,
                dropResendNs,
                dropPatienceNs,
                revocationTimeoutNs,
                revocationIntervalNs,
                tokenIntervalNs,
                silenceNs,
                retentionIntervalNs,
                retentionInflightMax,
                rootRetryNs);
    }

    private static void checkBetween(final String setting, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new ConfigException(setting, value, "must be from " + min + " to " + max);
        }
    }
}
