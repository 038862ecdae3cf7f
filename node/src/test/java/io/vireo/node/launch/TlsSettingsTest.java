package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.tls.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of TLS: off by default, each mistake an error of one line that names setting and file, and nothing secret in what is shown. */
class TlsSettingsTest {
    private static final TestCertificates CA = new TestCertificates("CA");
    private static final TestCertificates OTHER = new TestCertificates("other CA");

    @TempDir
    Path dir;

    @BeforeEach
    void write() throws IOException {
        Files.setPosixFilePermissions(
                Files.writeString(dir.resolve("ca.pem"), CA.certificate()),
                PosixFilePermissions.fromString("rw-r--r--"));
        CA.certify("node", "127.0.0.1").write(dir, "node");
    }

    @Test
    void shouldBeOffWhenNothingIsSaid() throws IOException {
        final TlsSettings tls = TlsSettings.ofNode(read(""));
        assertNull(tls.replicas());
        assertNull(tls.clients());
        assertNull(tls.expires());
        assertNull(TlsSettings.callingReplicas(read("")));
        assertNull(TlsSettings.callingClients(read("")));
    }

    @Test
    void shouldReadTheTableWithPathsBesideTheFileAndShowWhatHolds() throws IOException {
        final Settings settings = read("""
                [tls]
                replicas = "on"
                clients = "on"
                ca_file = "ca.pem"
                certificate_file = "node.pem"
                key_file = "node.key"
                """);
        final TlsSettings tls = TlsSettings.ofNode(settings);
        assertNotNull(tls.replicas());
        assertNotNull(tls.clients());
        assertTrue(tls.expires().isAfter(Instant.now().plus(Duration.ofDays(300))));
        assertNotNull(TlsSettings.callingReplicas(settings));
        settings.put(Setting.REPLICA, "0", "test").put(Setting.CLUSTER_ID, "00000000000000000000000000000001", "test");
        final String shown = NodeSettings.conclude(settings, dir).print(null, List.of());
        assertTrue(shown.contains("tls.replicas = \"on\" # " + dir.resolve("cluster.toml") + " line"), shown);
        assertTrue(shown.contains("tls.key_file = \"" + dir.resolve("node.key") + "\""), shown);
        assertFalse(shown.contains("PRIVATE KEY"), shown);
        // What is shown is a cluster file again.
        final Path again = Files.writeString(dir.resolve("again.toml"), shown);
        assertNotNull(TlsSettings.ofNode(ClusterFile.read(again)).replicas());
    }

    @Test
    void shouldTakeFlagsAndVariablesOverTheFile() throws IOException {
        final Settings settings = read("tls.replicas = \"off\"\n");
        settings.putEnvironment(Map.of(
                "VIREO_TLS_CLIENTS",
                "on",
                "VIREO_TLS_CERTIFICATE_FILE",
                dir.resolve("node.pem").toString()));
        settings.putFlags(Map.of("tls.key_file", dir.resolve("node.key").toString()));
        final TlsSettings tls = TlsSettings.ofNode(settings);
        assertNull(tls.replicas());
        assertNotNull(tls.clients());
    }

    @Test
    void shouldNameKeyAndPlaceWhenTheTableHasAMistake() {
        assertEquals(
                dir.resolve("cluster.toml")
                        + " line 2, column 1: unknown key \"tls.replica\"; did you mean \"tls.replicas\"?",
                failure("[tls]\nreplica = \"on\"\n"));
        assertTrue(
                failure("tls.replicas = \"yes\"\n").startsWith("tls.replicas = yes: must be one of on, off (from"),
                failure("tls.replicas = \"yes\"\n"));
        assertTrue(
                failure("tls.replicas = \"on\"\n")
                        .startsWith("tls.replicas = on needs tls.certificate_file, a PEM file, which is not set (from"),
                failure("tls.replicas = \"on\"\n"));
        assertTrue(failure("tls.replicas = \"on\"\ntls.certificate_file = \"node.pem\"\ntls.key_file = \"node.key\"\n")
                .startsWith("tls.replicas = on needs tls.ca_file"));
        assertTrue(assertThrows(
                        OperatorException.class, () -> TlsSettings.callingReplicas(read("tls.replicas = \"on\"\n")))
                .getMessage()
                .startsWith("tls.replicas = on needs tls.ca_file"));
    }

    @Test
    void shouldNameFileAndReasonWhenAFileIsNotWhatItShouldBe() throws IOException {
        assertProblem("none.pem", "node.key", "tls.certificate_file: " + dir.resolve("none.pem") + " does not exist");
        assertProblem(".", "node.key", "tls.certificate_file: " + dir + " is no regular file");
        assertProblem(
                "node.pem", "none.key", "tls.key_file: cannot read " + dir.resolve("none.key") + ": it does not exist");
        privateFile("text.key", "no key");
        assertProblem(
                "text.key", "node.key", "tls.certificate_file: " + dir.resolve("text.key") + " has no certificate");
        assertProblem("node.pem", "text.key", "tls.key_file: " + dir.resolve("text.key") + " has no key");
        privateFile("cut.key", Files.readString(dir.resolve("node.key")).replaceFirst("\nM", "\nA"));
        assertProblem("node.pem", "cut.key", "tls.key_file: " + dir.resolve("cut.key") + " has no intact EC key");
        privateFile("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertProblem("node.pem", "locked.key", "tls.key_file: " + dir.resolve("locked.key") + " is encrypted");
        privateFile("old.key", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        assertProblem(
                "node.pem",
                "old.key",
                "tls.key_file: " + dir.resolve("old.key")
                        + " has a key of the form \"EC PRIVATE KEY\", and \"PRIVATE KEY\"");
        Files.writeString(dir.resolve("damaged.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        assertProblem(
                "damaged.pem",
                "node.key",
                "tls.certificate_file: " + dir.resolve("damaged.pem") + " has a damaged certificate, number 1");
    }

    @Test
    void shouldRefuseToStartWhenNobodyWouldTakeTheCertificate() throws IOException {
        CA.certify("node", "127.0.0.1").write(dir, "second");
        assertProblem(
                "node.pem",
                "second.key",
                "tls.key_file: " + dir.resolve("second.key") + " is not the key of the certificate in "
                        + dir.resolve("node.pem"));
        OTHER.certify("node", "127.0.0.1").write(dir, "foreign");
        assertProblem(
                "foreign.pem",
                "foreign.key",
                "tls.certificate_file: " + dir.resolve("foreign.pem") + " is not of a CA in tls.ca_file = "
                        + dir.resolve("ca.pem"));
        final Instant now = Instant.now();
        CA.certify("node", now.minus(Duration.ofDays(3)), now.minus(Duration.ofDays(1)), "127.0.0.1")
                .write(dir, "late");
        assertProblem("late.pem", "late.key", "tls.certificate_file: " + dir.resolve("late.pem") + " has expired, on ");
        CA.certify("node", now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)), "127.0.0.1")
                .write(dir, "early");
        assertProblem(
                "early.pem",
                "early.key",
                "tls.certificate_file: " + dir.resolve("early.pem") + " is not valid before ");
    }

    @Test
    void shouldNameTheModeWhenOthersMayReadTheKey() throws IOException {
        Files.setPosixFilePermissions(dir.resolve("node.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertProblem(
                "node.pem",
                "node.key",
                "the tls.key_file " + dir.resolve("node.key")
                        + " has mode rw-r--r--: nobody but its owner and its group may read it");
        Files.setPosixFilePermissions(dir.resolve("node.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertNotNull(TlsSettings.ofNode(on("node.pem", "node.key")).replicas(), "its group may");
    }

    @Test
    void shouldNameTheModeWhenOthersMayChangeWhoIsTrusted() throws IOException {
        final Path ca = dir.resolve("ca.pem");
        Files.setPosixFilePermissions(ca, PosixFilePermissions.fromString("rw-rw-r--"));
        final String expected = "the tls.ca_file " + ca
                + " has mode rw-rw-r--: nobody but its owner may change it; run \"chmod 644 " + ca;
        assertProblem("node.pem", "node.key", expected);
        final String ofCommand = assertThrows(
                        OperatorException.class, () -> TlsSettings.callingReplicas(on("node.pem", "node.key")))
                .getMessage();
        assertTrue(ofCommand.startsWith(expected), ofCommand);
        Files.setPosixFilePermissions(ca, PosixFilePermissions.fromString("rw-r--r--"));
        assertNotNull(TlsSettings.callingReplicas(on("node.pem", "node.key")));
    }

    private void privateFile(final String name, final String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
        Files.setPosixFilePermissions(dir.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    private void assertProblem(final String certificate, final String key, final String expected) throws IOException {
        final Settings settings = on(certificate, key);
        final String message = assertThrows(OperatorException.class, () -> TlsSettings.ofNode(settings))
                .getMessage();
        assertTrue(message.startsWith(expected), message);
        assertFalse(message.contains("\n"), message);
    }

    private Settings on(final String certificate, final String key) throws IOException {
        return read("[tls]\nreplicas = \"on\"\nca_file = \"ca.pem\"\ncertificate_file = \"" + certificate
                + "\"\nkey_file = \"" + key + "\"\n");
    }

    private String failure(final String text) {
        return assertThrows(OperatorException.class, () -> TlsSettings.ofNode(read(text)))
                .getMessage();
    }

    private Settings read(final String text) throws IOException {
        return ClusterFile.read(Files.writeString(
                dir.resolve("cluster.toml"), text + "\n[[replicas]]\nshards = [\"127.0.0.1:9090\"]\n"));
    }
}
