package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the secret of a cluster comes from, who may read it, and that nothing starts without it where it is needed. */
class SecretFileTest {
    private static final String TEXT = "a text of this test, with more than 32 bytes";

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldMakeAFileForItsOwnerAloneAndNeverTwice() throws IOException {
        final Path file = dir.resolve("cluster.secret");
        assertEquals(ExitCodes.OK, run("secret", file.toString()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        final String text = Files.readString(file);
        assertTrue(text.matches("[0-9a-f]{64}\n"), "64 hexadecimal digits");
        assertFalse(out.toString().contains(text.strip()), "the secret is not shown");
        assertEquals(ExitCodes.OPERATOR, run("secret", file.toString()));
        assertTrue(err.toString().contains("exists and is left as it is"), err.toString());
        assertEquals(text, Files.readString(file));
        SecretFile.create(dir.resolve("other"));
        assertNotEquals(text, Files.readString(dir.resolve("other")));
        assertNotNull(SecretFile.read(file, "test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------"})
    void shouldNameFileAndModeWhenOthersMayReadIt(final String mode) throws IOException {
        final Path file = secret("cluster.secret", mode);
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> SecretFile.read(file, "cluster.toml line 3"));
        assertTrue(
                failure.getMessage()
                        .startsWith("the secret file " + file + " has mode " + mode + ": nobody but its owner"),
                failure.getMessage());
        assertTrue(failure.getMessage().contains("chmod 600 " + file), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("(from cluster.toml line 3)"), failure.getMessage());
        assertFalse(failure.getMessage().contains(TEXT));
    }

    @Test
    void shouldTakeNothingButAFileOfItsOwnUserOrRoot() throws Exception {
        final OperatorException directory =
                assertThrows(OperatorException.class, () -> SecretFile.read(dir, "cluster.toml line 3"));
        assertEquals(
                "the secret file " + dir + " is no regular file (from cluster.toml line 3)", directory.getMessage());
        // Nobody writes into it: opened, it would hold the start for ever.
        final Path pipe = dir.resolve("pipe");
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                        .start()
                        .waitFor());
        assertTrue(assertThrows(OperatorException.class, () -> SecretFile.read(pipe, "test"))
                .getMessage()
                .startsWith("the secret file " + pipe + " is no regular file"));
        assertTrue(assertThrows(OperatorException.class, () -> SecretFile.read(Path.of(""), "environment X"))
                .getMessage()
                .startsWith("the name of the secret file is empty"));
    }

    @Test
    void shouldRefuseAFileThatAnotherUserCanChangeWhateverItsMode() throws IOException {
        final Path file = secret("cluster.secret", "rw-------");
        // Only root can give a file away.
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "not run by root");
        Files.setAttribute(file, "unix:uid", 12_345);
        assertTrue(assertThrows(OperatorException.class, () -> SecretFile.read(file, "test"))
                .getMessage()
                .startsWith("the secret file " + file + " belongs to the user 12345, who can change it"));
    }

    @Test
    void shouldSayWhatIsWrongWithoutShowingItWhenTheTextIsNoSecretOrMissing() throws IOException {
        final Path file = secret("short", "rw-------");
        Files.writeString(file, "changeme");
        assertEquals(
                "the secret file " + file
                        + " has 8 bytes, must have 32 to 4096 that nobody can guess; \"vireo secret\" makes a good one (from test)",
                assertThrows(OperatorException.class, () -> SecretFile.read(file, "test"))
                        .getMessage());
        Files.writeString(file, "x".repeat(5000));
        assertThrows(OperatorException.class, () -> SecretFile.read(file, "test"));
        final OperatorException missing =
                assertThrows(OperatorException.class, () -> SecretFile.read(dir.resolve("none"), "test"));
        assertTrue(missing.getMessage().contains("\"vireo secret " + dir.resolve("none") + "\""), missing.getMessage());
    }

    @Test
    void shouldTakeItFromTheFileBesideTheClusterFileOrFromTheEnvironment() throws IOException {
        secret("cluster.secret", "r--------");
        final Path file = cluster("127.0.0.1:9090", "secret_file = \"cluster.secret\"\n");
        assertNotNull(settings(file, Map.of()).secret());
        assertNotNull(settings(cluster("127.0.0.1:9090", ""), Map.of("VIREO_SECRET", TEXT))
                .secret());
        assertNotNull(settings(
                        cluster("127.0.0.1:9090", ""),
                        Map.of(
                                "VIREO_SECRET_FILE",
                                dir.resolve("cluster.secret").toString()))
                .secret());
        assertNull(settings(cluster("127.0.0.1:9090", ""), Map.of()).secret());
    }

    @Test
    void shouldRefuseWhenTwoPlacesSayWhatTheSecretIs() throws IOException {
        secret("cluster.secret", "rw-------");
        final Path file = cluster("127.0.0.1:9090", "secret_file = \"cluster.secret\"\n");
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> settings(file, Map.of("VIREO_SECRET", TEXT)));
        assertTrue(failure.getMessage().contains("keep one of them"), failure.getMessage());
        assertFalse(failure.getMessage().contains(TEXT));
        assertEquals(
                "environment VIREO_SECRET has 5 bytes, must have 32 to 4096 that nobody can guess",
                assertThrows(
                                OperatorException.class,
                                () -> settings(cluster("127.0.0.1:9090", ""), Map.of("VIREO_SECRET", "short")))
                        .getMessage());
    }

    @Test
    void shouldRefuseWhenTwoFilesAreNamedButNotWhenItIsTheSame() throws IOException {
        secret("cluster.secret", "rw-------");
        final Path other = secret("other.secret", "rw-------");
        final Path file = cluster("127.0.0.1:9090", "secret_file = \"cluster.secret\"\n");
        final OperatorException failure = assertThrows(
                OperatorException.class, () -> settings(file, Map.of("VIREO_SECRET_FILE", other.toString())));
        assertTrue(failure.getMessage().contains("name two files for the secret"), failure.getMessage());
        assertTrue(failure.getMessage().contains(other.toString()), failure.getMessage());
        final String same = dir.resolve("cluster.secret").toString();
        assertNotNull(settings(file, Map.of("VIREO_SECRET_FILE", same)).secret());
    }

    @Test
    void shouldNotShowTheValueOfAKeyThatIsNone() {
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> new Settings().putFlags(Map.of("secret", TEXT)));
        assertFalse(failure.getMessage().contains(TEXT), failure.getMessage());
    }

    @Test
    void shouldPrintWhereTheSecretIsAndNeverWhatItIs() throws IOException {
        secret("cluster.secret", "rw-------");
        final Path file = cluster("127.0.0.1:9090", "secret_file = \"cluster.secret\"\n");
        final NodeSettings ofFile = settings(file, Map.of());
        assertTrue(
                ofFile.print(null, List.of())
                        .contains("secret_file = \"" + dir.resolve("cluster.secret") + "\" # " + file + " line "),
                ofFile.print(null, List.of()));
        final NodeSettings ofVariable = settings(cluster("127.0.0.1:9090", ""), Map.of("VIREO_SECRET", TEXT));
        assertTrue(ofVariable.print(null, List.of()).contains("# the secret is in the environment, VIREO_SECRET\n"));
        for (final NodeSettings settings : List.of(ofFile, ofVariable)) {
            assertFalse(settings.print(null, List.of()).contains(TEXT));
            assertFalse(settings.toString().contains(TEXT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:9090", "[2001:db8::1]:9090", "0.0.0.0:9090"})
    @Tag("X11")
    void shouldNotStartWhenAnAddressIsToBeReachedFromElsewhereAndThereIsNoSecret(final String address)
            throws IOException {
        final Path file = cluster(address, "");
        final OperatorException failure =
                assertThrows(OperatorException.class, () -> AddressGuard.require(settings(file, Map.of())));
        assertTrue(
                failure.getMessage()
                        .startsWith("replicas[0].shards[0] = " + address
                                + ": not an address of loopback, and the cluster has no secret"),
                failure.getMessage());
        assertTrue(failure.getMessage().contains("make one by \"vireo secret cluster.secret\""), failure.getMessage());
        assertEquals(
                List.of("replicas[0].shards[0] = " + address),
                AddressGuard.require(settings(file, Map.of("VIREO_SECRET", TEXT))));
    }

    @Test
    @Tag("X11")
    void shouldNotStartWhenItListensForOthersOrServesTheirClientsWithoutASecret() throws IOException {
        final Path file = cluster("127.0.0.1:9090", "");
        assertEquals(List.of(), AddressGuard.require(settings(file, Map.of())));
        final OperatorException listening = assertThrows(
                OperatorException.class,
                () -> AddressGuard.require(settings(file, Map.of("VIREO_LISTEN", "0.0.0.0:9090"))));
        assertTrue(listening.getMessage().startsWith("listen = 0.0.0.0:9090: not an address"), listening.getMessage());
        final Path streaming = cluster("127.0.0.1:9090", "state_machine = \"stream\"\n");
        Files.writeString(streaming, Files.readString(streaming) + "clients = \"192.0.2.1:8090\"\n");
        final OperatorException serving =
                assertThrows(OperatorException.class, () -> AddressGuard.require(settings(streaming, Map.of())));
        assertTrue(
                serving.getMessage().startsWith("replicas[0].clients = 192.0.2.1:8090: not an address"),
                serving.getMessage());
    }

    @Test
    void shouldMakeASecretBesideTheClusterFileWhenANewClusterIsToBeReachedFromElsewhere() throws IOException {
        final Path here = dir.resolve("here");
        assertEquals(ExitCodes.OK, run("format", "--dir", here.toString(), "--addresses", "127.0.0.1:1"));
        assertFalse(Files.exists(here.resolve("cluster.secret")));
        final Path elsewhere = dir.resolve("elsewhere");
        assertEquals(ExitCodes.OK, run("format", "--dir", elsewhere.toString(), "--addresses", "192.0.2.1:1"));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere.resolve("cluster.secret"))));
        assertTrue(
                Files.readString(elsewhere.resolve("cluster.toml")).contains("secret_file = \"cluster.secret\"\n"),
                Files.readString(elsewhere.resolve("cluster.toml")));
        assertNotNull(settings(elsewhere.resolve("cluster.toml"), Map.of()).secret());
        assertTrue(out.toString().contains("copy both to every machine"), out.toString());
    }

    @Test
    void shouldReadTheSecretThatIsBesideANewClusterFile() throws IOException {
        final Path secret = secret("cluster.secret", "rw-r--r--");
        assertEquals(ExitCodes.OPERATOR, run("format", "--dir", dir.toString(), "--addresses", "192.0.2.1:1"));
        assertTrue(err.toString().contains("has mode rw-r--r--"), err.toString());
        assertFalse(Files.exists(dir.resolve("cluster.toml")), "nothing is made with what is no secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertEquals(ExitCodes.OK, run("format", "--dir", dir.toString(), "--addresses", "192.0.2.1:1"));
        assertTrue(out.toString().contains("uses the secret that is in " + secret), out.toString());
    }

    @Test
    void shouldSayWhatToWriteIntoTheClusterFileOfEveryMachineAndWhereTheSecretIsOnThisOne() {
        final Path file = dir.resolve("cluster.secret");
        assertEquals(ExitCodes.OK, run("secret", dir.resolve("./cluster.secret").toString()));
        assertTrue(
                out.toString()
                        .contains("beside its cluster file, and put into that: secret_file = \"cluster.secret\"\n"),
                out.toString());
        assertTrue(out.toString().contains("here it is " + file + "\n"), out.toString());
    }

    private Path secret(final String name, final String mode) throws IOException {
        final Path file = dir.resolve(name);
        Files.writeString(file, TEXT + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private Path cluster(final String address, final String line) throws IOException {
        return Files.writeString(
                dir.resolve("cluster.toml"),
                "cluster_id = \"0000000000000000000000000000000a\"\ngroups = 1\n" + line + "[[replicas]]\nshards = [\""
                        + address + "\"]\n");
    }

    private NodeSettings settings(final Path file, final Map<String, String> environment) {
        return NodeSettings.conclude(
                ClusterFile.read(file).putEnvironment(environment).putFlags(Map.of("replica", "0")), dir);
    }

    private int run(final String... arguments) {
        return VireoMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
