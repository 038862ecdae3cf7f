package io.vireo.node.launch;

import io.vireo.node.tls.Pem;
import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsFileException;
import io.vireo.node.tls.TlsIdentity;
import io.vireo.node.tls.TlsWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What the settings of TLS come to: the one place where they are checked and their files are read. Every error names the setting, the file
 * and what is wrong; nothing of TLS can fail later for a reason that could have been seen here.
 *
 * @param replicas how replicas are called, and how they answer; null where connections are without.
 * @param clients the same of the ports for clients of the protocol.
 * @param expires when the node's own certificate does; null where it has none.
 */
record TlsSettings(Tls replicas, Tls clients, Instant expires) {
    static final String ON = "on";
    static final String OFF = "off";

    private static final int BYTES_MAX = 1 << 20;

    /** Of a node: it shows its certificate at its ports, and to the replicas that it calls. */
    static TlsSettings ofNode(final Settings settings) {
        final boolean isReplicas = isOn(settings, Setting.TLS_REPLICAS);
        final boolean isClients = isOn(settings, Setting.TLS_CLIENTS);
        if (!isReplicas && !isClients) {
            return new TlsSettings(null, null, null);
        }
        final Setting because = isReplicas ? Setting.TLS_REPLICAS : Setting.TLS_CLIENTS;
        final TlsIdentity identity = identity(settings, because);
        final TlsWorker worker = new TlsWorker();
        Tls replicas = null;
        if (isReplicas) {
            final List<X509Certificate> authorities = authorities(settings, Setting.TLS_REPLICAS);
            final String refusal = identity.refusal(authorities, trusted(settings));
            if (refusal != null) {
                throw problem(
                        settings,
                        Setting.TLS_CERTIFICATE_FILE,
                        file(settings, because, Setting.TLS_CERTIFICATE_FILE) + " " + refusal);
            }
            replicas = tls(Tls.Kind.REPLICAS, identity, authorities, trusted(settings), worker);
        }
        return new TlsSettings(
                replicas,
                // Clients of the protocol prove who they are by their login, and are asked for no certificate.
                isClients ? tls(Tls.Kind.CLIENTS, identity, List.of(), "nobody is asked for one", worker) : null,
                identity.certificate().getNotAfter().toInstant());
    }

    /** How a command calls replicas; null if without. It shows nothing: it proves the secret. */
    static Tls callingReplicas(final Settings settings) {
        return calling(settings, Setting.TLS_REPLICAS, Tls.Kind.REPLICAS);
    }

    /** How a command calls the ports for clients; null if without. */
    static Tls callingClients(final Settings settings) {
        return calling(settings, Setting.TLS_CLIENTS, Tls.Kind.CLIENTS);
    }

    private static Tls calling(final Settings settings, final Setting which, final Tls.Kind kind) {
        return isOn(settings, which)
                ? tls(kind, null, authorities(settings, which), trusted(settings), new TlsWorker())
                : null;
    }

    private static Tls tls(
            final Tls.Kind kind,
            final TlsIdentity identity,
            final List<X509Certificate> authorities,
            final String trusted,
            final TlsWorker worker) {
        try {
            return new Tls(kind, identity, authorities, trusted, worker);
        } catch (final IllegalStateException e) {
            // Its security properties leave out what is needed.
            throw new OperatorException(e.getMessage(), e);
        }
    }

    private static boolean isOn(final Settings settings, final Setting which) {
        return settings.word(which, OFF, ON, OFF).equals(ON);
    }

    private static TlsIdentity identity(final Settings settings, final Setting because) {
        final Path certificate = file(settings, because, Setting.TLS_CERTIFICATE_FILE);
        final Path key = file(settings, because, Setting.TLS_KEY_FILE);
        final byte[] certificates = read(settings, Setting.TLS_CERTIFICATE_FILE, certificate);
        // Its group may read it: keys are given to services that way.
        final byte[] ofKey = guarded(settings, Setting.TLS_KEY_FILE, key, GuardedFile.Readers.GROUP);
        try {
            return TlsIdentity.of(certificate, certificates, key, ofKey);
        } catch (final TlsFileException e) {
            final boolean isOfKey = e.file().equals(key);
            throw problem(settings, isOfKey ? Setting.TLS_KEY_FILE : Setting.TLS_CERTIFICATE_FILE, e.getMessage(), e);
        }
    }

    private static List<X509Certificate> authorities(final Settings settings, final Setting because) {
        final Path file = file(settings, because, Setting.TLS_CA_FILE);
        try {
            requireFile(settings, Setting.TLS_CA_FILE, file);
            // Who may change it says who is trusted.
            return Pem.certificates(file, guarded(settings, Setting.TLS_CA_FILE, file, GuardedFile.Readers.ALL));
        } catch (final TlsFileException e) {
            throw problem(settings, Setting.TLS_CA_FILE, e.getMessage(), e);
        }
    }

    /** The file of a setting, which must be set for another one. */
    private static Path file(final Settings settings, final Setting because, final Setting setting) {
        if (!settings.isSet(setting)) {
            throw new OperatorException(because.key() + " = " + ON + " needs " + setting.key()
                    + ", a PEM file, which is not set (from " + settings.origin(because) + ")");
        }
        return Path.of(settings.text(setting, ""));
    }

    private static byte[] guarded(
            final Settings settings, final Setting setting, final Path file, final GuardedFile.Readers readers) {
        try {
            return new GuardedFile(setting.key(), readers, BYTES_MAX).read(file, settings.origin(setting));
        } catch (final IOException e) {
            throw problem(settings, setting, "cannot read " + file + ": " + Failures.text(e), e);
        } catch (final UnsupportedOperationException e) {
            throw problem(
                    settings,
                    setting,
                    file + " is on a file system that does not say whose a file is; keep it on one that does",
                    e);
        }
    }

    private static void requireFile(final Settings settings, final Setting setting, final Path file) {
        if (!Files.isRegularFile(file)) {
            throw problem(settings, setting, file + (Files.exists(file) ? " is no regular file" : " does not exist"));
        }
    }

    private static byte[] read(final Settings settings, final Setting setting, final Path file) {
        requireFile(settings, setting, file);
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw problem(settings, setting, file + " has more than " + BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (final IOException e) {
            throw problem(settings, setting, "cannot read " + file + ": " + Failures.text(e), e);
        }
    }

    private static String trusted(final Settings settings) {
        return Setting.TLS_CA_FILE.key() + " = " + settings.text(Setting.TLS_CA_FILE, "");
    }

    private static OperatorException problem(final Settings settings, final Setting setting, final String text) {
        return problem(settings, setting, text, null);
    }

    private static OperatorException problem(
            final Settings settings, final Setting setting, final String text, final Exception cause) {
        return new OperatorException(setting.key() + ": " + text + " (from " + settings.origin(setting) + ")", cause);
    }
}
