package io.vireo.node.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A key for the processes of one bench, and a certificate that it has signed itself, for 127.0.0.1 and two days: made by the JDK's
 * {@code keytool}, because its library makes none.
 */
final class BenchCertificate {
    private static final int KEYTOOL_SECONDS_MAX = 60;
    private static final String ALIAS = "bench";
    private static final String PASSWORD_VARIABLE = "BENCH_STORE_PASSWORD";

    private BenchCertificate() {}

    /**
     * Makes both as files.
     *
     * @return the environment of nodes, and of those that call them, that use them for the ports of replicas.
     * @throws FailedException where the JVM comes without {@code keytool}, or it fails.
     */
    static Map<String, String> make(final Path directory) throws InterruptedException {
        try {
            final Path store = directory.resolve("bench.p12");
            final char[] password = UUID.randomUUID().toString().toCharArray();
            runKeytool(store, new String(password));
            final KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, password);
            }
            final Path certificate = directory.resolve("bench.pem");
            Files.writeString(
                    certificate, pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
            final Path key = Files.createFile(
                    directory.resolve("bench.key"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    key, pem("PRIVATE KEY", keys.getKey(ALIAS, password).getEncoded()));
            return Map.of(
                    Setting.TLS_REPLICAS.variable(), "on",
                    Setting.TLS_CA_FILE.variable(), certificate.toString(),
                    Setting.TLS_CERTIFICATE_FILE.variable(), certificate.toString(),
                    Setting.TLS_KEY_FILE.variable(), key.toString());
        } catch (final IOException | GeneralSecurityException e) {
            throw new FailedException("cannot make a certificate in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void runKeytool(final Path store, final String password) throws IOException, InterruptedException {
        final Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        if (!Files.isExecutable(keytool)) {
            throw new FailedException(
                    "a certificate is made by keytool, and there is none at " + keytool
                            + "; run the bench with a JDK, or without --tls and with VIREO_TLS_REPLICAS=on and files of your own");
        }
        final ProcessBuilder builder = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-alias",
                        ALIAS,
                        "-dname",
                        "CN=vireo-bench",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass:env",
                        PASSWORD_VARIABLE)
                .redirectErrorStream(true)
                .redirectOutput(store.resolveSibling("keytool.log").toFile());
        builder.environment().put(PASSWORD_VARIABLE, password);
        final Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(KEYTOOL_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new FailedException("keytool has made no key within " + KEYTOOL_SECONDS_MAX + " s");
        }
        if (process.exitValue() != 0) {
            throw new FailedException("keytool failed: "
                    + Files.readString(store.resolveSibling("keytool.log")).strip());
        }
    }

    private static String pem(final String kind, final byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + kind + "-----\n";
    }
}
