package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.gateway.service.RootUser;
import io.vireo.node.iggy.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootPasswordFileTest {
    private static final RootUser.Login LOGIN =
            new RootUser.Login("iggy", new Secret("secret"), RootUser.Origin.GENERATED);

    @TempDir
    Path directory;

    @Test
    void shouldKeepThePasswordForItsOwnerAloneAndGiveItToTheNextLife() throws IOException {
        final RootPasswordFile file = new RootPasswordFile(directory);
        assertEquals(Optional.empty(), file.read());
        file.keep(LOGIN);
        file.keep(LOGIN);
        final Path path = directory.resolve(RootPasswordFile.NAME);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        assertEquals(
                "secret", new RootPasswordFile(directory).read().orElseThrow().value());
        file.discard();
        assertFalse(Files.exists(path));
        file.discard();
        assertEquals(Optional.empty(), new RootPasswordFile(directory).read());
    }

    @Test
    void shouldNameTheFileWhenItCannotBeWrittenOrRead() throws IOException {
        final RootPasswordFile nowhere = new RootPasswordFile(directory.resolve("none"));
        assertTrue(assertThrows(OperatorException.class, () -> nowhere.keep(LOGIN))
                .getMessage()
                .contains(RootPasswordFile.NAME));
        final Path path = directory.resolve(RootPasswordFile.NAME);
        Files.writeString(path, "x".repeat(5_000));
        assertTrue(assertThrows(OperatorException.class, () -> new RootPasswordFile(directory).read())
                .getMessage()
                .contains(path.toString()));
        Files.writeString(path, "\n");
        assertEquals(Optional.empty(), new RootPasswordFile(directory).read());
    }
}
