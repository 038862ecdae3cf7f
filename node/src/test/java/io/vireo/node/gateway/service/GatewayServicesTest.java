package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ConfigException;
import io.vireo.node.iggy.Secret;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.StreamCommands;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayServicesTest {
    private final Semaphore wakeups = new Semaphore(0);
    private final List<String> told = new ArrayList<>();

    @Test
    void shouldMakeARootUserWhoCanLogInAndKeepHouse(@TempDir final Path directory) {
        try (ServiceWorld world = new ServiceWorld(directory.resolve("groups"));
                GatewayServices services = services(world, directory)) {
            assertEquals(0, services.delayNs(world.nowNs));
            services.poll(world.nowNs, MetadataRole.NONE);
            while (!services.hasRoot()) {
                wakeups.acquireUninterruptibly();
                services.poll(world.nowNs, MetadataRole.NONE);
            }
            assertEquals(1, told.size());
            assertEquals(Long.MAX_VALUE, services.delayNs(world.nowNs));

            final List<Boolean> verified = new ArrayList<>();
            services.ports()
                    .passwords()
                    .verify(
                            new Secret(told.get(0)),
                            world.metadata
                                    .state()
                                    .users()
                                    .find(Identifier.of(0))
                                    .passwordHash(),
                            verified::add,
                            () -> verified.add(null));
            while (verified.isEmpty()) {
                wakeups.acquireUninterruptibly();
                services.poll(world.nowNs, MetadataRole.NONE);
            }
            assertEquals(List.of(true), verified);

            final int stream = world.createStream("s");
            world.createTopic(stream, "t", 2, ServiceWorld.KEEPING);
            world.append(stream, 0, 0, 10);
            services.ports()
                    .figures()
                    .gather(round -> assertEquals(1, round.all().messages()));
            world.command(new StreamCommands.DeleteTopic(Identifier.of(stream), Identifier.of("t")));
            services.poll(world.nowNs, MetadataRole.NONE);
            assertEquals(2, world.metadata.state().drops().size());
            for (int polls = 0; polls < 5; polls++) {
                services.poll(world.nowNs, MetadataRole.PRIMARY);
            }
            assertEquals(0, world.metadata.state().drops().size());
            assertTrue(services.delayNs(world.nowNs) <= ServiceSettings.DEFAULT.dutiesIntervalNs());
        }
    }

    @Test
    void shouldNameTheSettingThatIsOutOfItsRange() {
        final ServiceSettings s = ServiceSettings.DEFAULT;
        final ConfigException refusal = assertThrows(
                ConfigException.class,
                () -> new ServiceSettings(
                        0,
                        s.passwordThreads(),
                        s.passwordsMax(),
                        s.figuresAgeNs(),
                        s.figuresTimeoutNs(),
                        s.dutiesIntervalNs(),
                        s.dropWindow(),
                        s.dropResendNs(),
                        s.dropPatienceNs(),
                        s.revocationTimeoutNs(),
                        s.revocationIntervalNs(),
                        s.tokenIntervalNs(),
                        s.silenceNs(),
                        s.retentionIntervalNs(),
                        s.retentionInflightMax(),
                        s.rootRetryNs()));
        assertEquals("password_iterations = 0: must be from 1 to 10000000", refusal.getMessage());
    }

    private final class Telling implements RootUser.Keeper {
        @Override
        public void keep(final RootUser.Login login) {
            // It is told, which is what counts here.
        }

        @Override
        public void onMade(final RootUser.Login login, final boolean isNew) {
            told.add(login.password().value());
        }

        @Override
        public void discard() {
            throw new AssertionError("nobody else makes one");
        }
    }

    private GatewayServices services(final ServiceWorld world, final Path directory) {
        final SecureRandom secrets = new SecureRandom();
        return new GatewayServices(
                new ServicesContext(
                        world,
                        ServiceWorld.GROUPS,
                        ServiceWorld.NODES,
                        ServiceWorld.LIMITS,
                        ServiceSettings.DEFAULT,
                        new ClusterMembers("c", List.of(), () -> ClusterMembers.NO_LEADER, node -> true),
                        node -> true,
                        world,
                        new SeededRandom(1),
                        secrets,
                        true,
                        RootUser.Login.of(Map.of(), Optional.empty(), new RandomTokens(secrets)),
                        new Telling(),
                        directory,
                        "h",
                        "0.1.0",
                        List.of(),
                        wakeups::release),
                world.nowNs);
    }
}
