package io.vireo.node.gateway.service;

import io.vireo.bootstrap.config.ConfigException;
import io.vireo.node.client.Outcome;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.gateway.PasswordHash;
import io.vireo.node.iggy.Secret;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.MachineStatus;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.machine.UserQueries;
import io.vireo.node.stream.metadata.User;
import io.vireo.node.stream.metadata.Users;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Sees to it that the cluster has its root user. All nodes may try at once: the log takes one, and the others find that out. Whether a
 * command whose outcome is unknown was the one, its salt tells: no other hash is the same. A process that has no login to give waits until
 * another one has made the user.
 */
public final class RootUser {
    public static final String DEFAULT_NAME = "iggy";

    static final int PASSWORD_BYTES_MIN = 3;
    static final int PASSWORD_BYTES_MAX = 100;
    private static final String[] NAME_VARIABLES = {"VIREO_ROOT_USERNAME", "IGGY_ROOT_USERNAME"};
    private static final String[] PASSWORD_VARIABLES = {"VIREO_ROOT_PASSWORD", "IGGY_ROOT_PASSWORD"};

    /** Where a password is from. */
    public enum Origin {
        /** An operator chose it, and knows it. */
        GIVEN,
        /** Made just now: somebody has to be told. */
        GENERATED,
        /** Made by an earlier life of the node, which may have ended before it told anybody. */
        KEPT
    }

    /** What becomes of a generated password. May throw, which ends the node: a user whose password nobody knows is worse. */
    public interface Keeper {
        /** A user with this password is going to be made: from here on the end of the process must not lose it. */
        void keep(Login login);

        /** There is a root user with this password. @param isNew whether it was made by this process. */
        void onMade(Login login, boolean isNew);

        /** The root user has another password: what was kept is of no use. */
        void discard();
    }

    /** Name and password of the root user. */
    public record Login(String name, Secret password, Origin origin) {
        /** @throws ConfigException if the length of one of them is out of its bounds. */
        public Login {
            checkLength("root_username", name, Users.USERNAME_BYTES_MIN, Users.USERNAME_BYTES_MAX);
            checkLength("root_password", password.value(), PASSWORD_BYTES_MIN, PASSWORD_BYTES_MAX);
        }

        /**
         * As the environment says; a name that it does not have is {@link #DEFAULT_NAME}, a password is the one that was kept, or generated.
         *
         * @param environment VIREO_ROOT_USERNAME and VIREO_ROOT_PASSWORD, or else the same with IGGY in front.
         */
        public static Login of(
                final Map<String, String> environment, final Optional<Secret> kept, final RandomTokens random) {
            final String name = first(environment, NAME_VARIABLES);
            final String password = first(environment, PASSWORD_VARIABLES);
            final String known = name == null ? DEFAULT_NAME : name;
            if (password != null) {
                return new Login(known, new Secret(password), Origin.GIVEN);
            }
            return kept.map(secret -> new Login(known, secret, Origin.KEPT))
                    .orElseGet(() -> new Login(known, random.create(), Origin.GENERATED));
        }

        /** Whether somebody has chosen a password. */
        public static boolean isGiven(final Map<String, String> environment) {
            return first(environment, PASSWORD_VARIABLES) != null;
        }

        private static String first(final Map<String, String> environment, final String[] names) {
            for (final String name : names) {
                if (environment.get(name) != null) {
                    return environment.get(name);
                }
            }
            return null;
        }

        private static void checkLength(final String setting, final String text, final int min, final int max) {
            final int length = text.getBytes(StandardCharsets.UTF_8).length;
            if (length < min || length > max) {
                throw new ConfigException(setting, "of " + length + " bytes", "must have " + min + " to " + max);
            }
        }
    }

    private enum Stage {
        /** Nothing is under way; it is tried when it is time. */
        WAITING,
        ASKING,
        DONE
    }

    private final MetadataLink metadata;
    private final PasswordHash passwords;
    private final Login login;
    private final Keeper keeper;
    private final long retryNs;
    private Stage stage = Stage.WAITING;
    private boolean isTried;
    /** Of the command that was sent, or null. */
    private String sentHash;

    private long triedAtNs;
    private long nowNs;

    /**
     * @param login null to wait for what another process does.
     * @param keeper is told of a password that nobody has chosen.
     */
    public RootUser(
            final GroupRequests groups,
            final PasswordHash passwords,
            final Login login,
            final Keeper keeper,
            final ServiceSettings settings) {
        this.metadata = new MetadataLink(groups);
        this.passwords = passwords;
        this.login = login;
        this.keeper = keeper;
        this.retryNs = settings.rootRetryNs();
    }

    /** Whether the cluster has a root user. */
    public boolean isDone() {
        return stage == Stage.DONE;
    }

    /** @return work done. */
    public int poll(final long newNowNs) {
        nowNs = newNowNs;
        if (stage != Stage.WAITING || isTried && nowNs - triedAtNs < retryNs) {
            return 0;
        }
        isTried = true;
        triedAtNs = nowNs;
        stage = Stage.ASKING;
        ask();
        return 1;
    }

    /** Nanoseconds until {@link #poll} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    public long delayNs(final long atNs) {
        if (stage != Stage.WAITING) {
            return Long.MAX_VALUE;
        }
        return isTried ? Math.max(0, triedAtNs + retryNs - atNs) : 0;
    }

    private void ask() {
        metadata.ask(
                new UserQueries.GetUser(Identifier.of(User.ROOT)),
                Consistency.LINEARIZABLE,
                Answers.UserDetails::read,
                found -> onFound(found.user().name()),
                (outcome, status) -> {
                    if (outcome == Outcome.NOT_APPLIED
                            && status == MachineStatus.ofStream(StreamStatus.RESOURCE_NOT_FOUND)
                            && login != null) {
                        hash();
                    } else {
                        stage = Stage.WAITING;
                    }
                });
    }

    /** A second hash would be another command: the first may still take effect. */
    private void hash() {
        if (sentHash != null) {
            create();
            return;
        }
        passwords.hash(
                login.password(),
                hash -> {
                    sentHash = hash;
                    if (login.origin != Origin.GIVEN) {
                        keeper.keep(login);
                    }
                    create();
                },
                () -> stage = Stage.WAITING);
    }

    private void create() {
        metadata.submit(
                new UserCommands.CreateRoot(login.name(), sentHash), (outcome, status, reply, offset, length) -> {
                    if (outcome == Outcome.OK) {
                        onCreated();
                    } else {
                        stage = Stage.WAITING;
                    }
                });
    }

    /** Made by another node, by a command of this one whose outcome did not come, or in an earlier life. */
    private void onFound(final String name) {
        if (login == null || login.origin == Origin.GIVEN || sentHash == null && login.origin == Origin.GENERATED) {
            stage = Stage.DONE;
            return;
        }
        metadata.ask(
                new UserQueries.GetCredentials(name),
                Consistency.LINEARIZABLE,
                Answers.Credentials::read,
                found -> {
                    if (found.user().number() != User.ROOT) {
                        stage = Stage.WAITING;
                    } else if (sentHash == null) {
                        verify(found.passwordHash());
                    } else if (found.passwordHash().equals(sentHash)) {
                        onCreated();
                    } else {
                        discard();
                    }
                },
                (outcome, status) -> stage = Stage.WAITING);
    }

    private void verify(final String hash) {
        passwords.verify(
                login.password,
                hash,
                isRight -> {
                    if (isRight) {
                        stage = Stage.DONE;
                        keeper.onMade(login, false);
                    } else {
                        discard();
                    }
                },
                () -> stage = Stage.WAITING);
    }

    private void discard() {
        stage = Stage.DONE;
        keeper.discard();
    }

    private void onCreated() {
        stage = Stage.DONE;
        if (login.origin != Origin.GIVEN) {
            keeper.onMade(login, true);
        }
    }
}
