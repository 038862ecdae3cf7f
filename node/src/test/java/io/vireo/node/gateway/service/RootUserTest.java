package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ConfigException;
import io.vireo.node.gateway.PasswordHash;
import io.vireo.node.iggy.Secret;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.MetadataOperation;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.metadata.User;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RootUserTest {
    private static final RandomTokens TOKENS = new RandomTokens(new SecureRandom());
    private static final long RETRY = ServiceSettings.DEFAULT.rootRetryNs();

    private final List<String> told = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private int discards;
    private boolean isDiskFull;
    private final Hashes hashes = new Hashes();
    private ServiceWorld world;

    @BeforeEach
    void open(@TempDir final Path directory) {
        world = new ServiceWorld(directory);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void shouldMakeTheRootUserAndTellItsPasswordOnce() {
        final RootUser.Login login = RootUser.Login.of(Map.of(), Optional.empty(), TOKENS);
        final RootUser root = root(login);
        run(root);
        assertTrue(root.isDone());
        assertEquals(Long.MAX_VALUE, root.delayNs(world.nowNs));
        assertEquals(List.of("iggy " + login.password().value()), told);
        assertEquals("iggy", user().name());
        assertEquals("1:" + login.password().value(), user().passwordHash());
        run(root(RootUser.Login.of(Map.of(), Optional.empty(), TOKENS)));
        assertEquals(1, told.size());
        assertEquals(1, world.countApplied(MetadataOperation.CREATE_ROOT.code()));
    }

    @Test
    void shouldTellNothingWhenThePasswordWasGiven() {
        run(root(RootUser.Login.of(
                Map.of("VIREO_ROOT_USERNAME", "admin", "VIREO_ROOT_PASSWORD", "secret"), Optional.empty(), TOKENS)));
        assertEquals(List.of(), told);
        assertEquals("admin", user().name());
        assertEquals("1:secret", user().passwordHash());
    }

    @Test
    void shouldTakeTheOtherNamesOfTheEnvironment() {
        final RootUser.Login login = RootUser.Login.of(
                Map.of("IGGY_ROOT_USERNAME", "admin", "IGGY_ROOT_PASSWORD", "secret"), Optional.empty(), TOKENS);
        assertEquals(new RootUser.Login("admin", new Secret("secret"), RootUser.Origin.GIVEN), login);
        assertEquals(
                "own",
                RootUser.Login.of(
                                Map.of("IGGY_ROOT_USERNAME", "admin", "VIREO_ROOT_USERNAME", "own"),
                                Optional.empty(),
                                TOKENS)
                        .name());
    }

    @Test
    void shouldRefuseALoginThatNobodyCouldUse() {
        final ConfigException name = assertThrows(
                ConfigException.class,
                () -> RootUser.Login.of(Map.of("VIREO_ROOT_USERNAME", "ab"), Optional.empty(), TOKENS));
        assertEquals("root_username", name.setting());
        final ConfigException password = assertThrows(
                ConfigException.class,
                () -> RootUser.Login.of(Map.of("VIREO_ROOT_PASSWORD", "no"), Optional.empty(), TOKENS));
        assertEquals("root_password", password.setting());
        assertFalse(password.getMessage().contains("no"), password.getMessage());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldTellOnceWhenNodesStartAtATimeAndOutcomesAreLost(final long seed) {
        final Random random = new Random(seed);
        world.isHolding = true;
        world.losses = new Random(seed);
        world.lossEvery = 2;
        final List<RootUser> roots = new ArrayList<>();
        final int nodes = seed % 2 == 0 ? 1 : 3;
        for (int i = 0; i < nodes; i++) {
            roots.add(root(RootUser.Login.of(Map.of(), Optional.empty(), TOKENS)));
        }
        for (int i = 0; i < 2_000 && !roots.stream().allMatch(RootUser::isDone); i++) {
            roots.forEach(root -> root.poll(world.nowNs));
            world.release(random);
            world.pass(random.nextInt(20) * RETRY / 40);
        }
        assertTrue(roots.stream().allMatch(RootUser::isDone));
        assertEquals(1, told.size(), told::toString);
        assertTrue(user().passwordHash().endsWith(":" + told.get(0).substring("iggy ".length())));
    }

    @Test
    void shouldMakeNoUserWhenItsPasswordCannotBeKept() {
        isDiskFull = true;
        assertThrows(
                IllegalStateException.class, () -> run(root(RootUser.Login.of(Map.of(), Optional.empty(), TOKENS))));
        assertEquals(0, world.countApplied(MetadataOperation.CREATE_ROOT.code()));
    }

    @Test
    void shouldMakeTheUserWithThePasswordThatWasKeptWhenTheProcessEndedBefore() {
        kept.add("former");
        run(root(RootUser.Login.of(Map.of(), Optional.of(new Secret("former")), TOKENS)));
        assertEquals(List.of("iggy former"), told);
        assertEquals("1:former", user().passwordHash());
    }

    @Test
    void shouldKnowThePasswordThatWasKeptWhenTheProcessEndedBeforeItWasTold() {
        kept.add("former");
        world.command(new UserCommands.CreateRoot("iggy", "7:former"));
        run(root(RootUser.Login.of(Map.of(), Optional.of(new Secret("former")), TOKENS)));
        assertEquals(List.of("again iggy former"), told);
        assertEquals(0, discards);
    }

    @Test
    void shouldDiscardThePasswordThatWasKeptWhenTheUserHasAnother() {
        world.command(new UserCommands.CreateRoot("iggy", "7:other"));
        run(root(RootUser.Login.of(Map.of(), Optional.of(new Secret("former")), TOKENS)));
        assertEquals(List.of(), told);
        assertEquals(1, discards);
        assertEquals("7:other", user().passwordHash());
    }

    @Test
    void shouldTryAgainWhenNoHashIsToBeHad() {
        final RootUser root = root(RootUser.Login.of(Map.of(), Optional.empty(), TOKENS));
        hashes.isBusy = true;
        root.poll(world.nowNs);
        assertEquals(RETRY, root.delayNs(world.nowNs));
        assertEquals(0, root.poll(world.nowNs));
        hashes.isBusy = false;
        run(root);
        assertEquals(1, told.size());
    }

    @Test
    void shouldLeaveARootThatIsThereAsItIs() {
        world.command(new UserCommands.CreateRoot("other", "hash"));
        final RootUser root = root(RootUser.Login.of(Map.of(), Optional.empty(), TOKENS));
        run(root);
        assertTrue(root.isDone());
        assertEquals(List.of(), told);
        assertEquals("hash", user().passwordHash());
        assertEquals(0, hashes.count);
    }

    private static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    private User user() {
        return world.metadata.state().users().find(Identifier.of(User.ROOT));
    }

    private void run(final RootUser root) {
        for (int i = 0; i < 5; i++) {
            root.poll(world.nowNs);
            world.pass(RETRY);
        }
    }

    private RootUser root(final RootUser.Login login) {
        return new RootUser(world, hashes, login, new Kept(), ServiceSettings.DEFAULT);
    }

    /** Where a node keeps its password, over its lives. */
    private final class Kept implements RootUser.Keeper {
        @Override
        public void keep(final RootUser.Login login) {
            if (isDiskFull) {
                throw new IllegalStateException("disk full");
            }
            kept.add(login.password().value());
        }

        @Override
        public void onMade(final RootUser.Login login, final boolean isNew) {
            assertTrue(kept.contains(login.password().value()));
            told.add((isNew ? "" : "again ") + login.name() + " "
                    + login.password().value());
        }

        @Override
        public void discard() {
            discards++;
        }
    }

    /** A hash that never is the same, at once. */
    private static final class Hashes implements PasswordHash {
        private int count;
        private boolean isBusy;

        @Override
        public void hash(final Secret password, final Consumer<String> onHash, final Runnable onBusy) {
            if (isBusy) {
                onBusy.run();
            } else {
                onHash.accept(++count + ":" + password.value());
            }
        }

        @Override
        public void verify(
                final Secret password, final String hash, final Consumer<Boolean> onVerified, final Runnable onBusy) {
            onVerified.accept(hash.endsWith(":" + password.value()));
        }
    }
}
