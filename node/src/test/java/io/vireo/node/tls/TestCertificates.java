package io.vireo.node.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A CA of a test, and what it certifies: X.509 (RFC 5280) written as DER, because the JDK reads certificates and makes none. Elliptic keys
 * on P-256, which cost nothing to make.
 */
public final class TestCertificates {
    /** A certificate and its key, each as a PEM text. */
    public record Pair(String certificate, String key) {
        /** Writes both into a directory, the key for nobody else to read. */
        public Pair write(final Path directory, final String name) throws IOException {
            Files.writeString(directory.resolve(name + ".pem"), certificate);
            final Path file = directory.resolve(name + ".key");
            Files.writeString(file, key);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return this;
        }
    }

    private static final byte[] ECDSA_WITH_SHA256 = hex("300a06082a8648ce3d040302");
    private static final byte[] COMMON_NAME = hex("0603550403");
    private static final byte[] BASIC_CONSTRAINTS = hex("0603551d13");
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = hex("0603551d11");
    private static final byte[] TRUE = hex("0101ff");
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int OCTETS = 0x04;
    private static final int BITS = 0x03;
    private static final int INTEGER = 0x02;
    private static final int UTF8 = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int EXPLICIT_0 = 0xa0;
    private static final int EXPLICIT_3 = 0xa3;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    private final String name;
    private final KeyPair keys = newKeys();
    private final String certificate;
    private int serial = 1;

    public TestCertificates(final String name) {
        this.name = name;
        final Instant now = Instant.now();
        this.certificate = pem(
                "CERTIFICATE",
                sign(name, keys, now.minus(Duration.ofDays(2)), now.plus(Duration.ofDays(900)), true, List.of()));
    }

    /** Of the CA itself, PEM. */
    public String certificate() {
        return certificate;
    }

    /** For these hosts, names or numbers; valid now. */
    public Pair certify(final String subject, final String... hosts) {
        final Instant now = Instant.now();
        return certify(subject, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(400)), hosts);
    }

    public Pair certify(final String subject, final Instant from, final Instant until, final String... hosts) {
        final KeyPair pair = newKeys();
        return new Pair(
                pem("CERTIFICATE", sign(subject, pair, from, until, false, List.of(hosts))),
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    static String pem(final String block, final byte[] der) {
        return "-----BEGIN " + block + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + block + "-----\n";
    }

    private byte[] sign(
            final String subject,
            final KeyPair pair,
            final Instant from,
            final Instant until,
            final boolean isAuthority,
            final List<String> hosts) {
        final List<byte[]> extensions = new ArrayList<>();
        if (isAuthority) {
            extensions.add(der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTETS, der(SEQUENCE, TRUE))));
        }
        if (!hosts.isEmpty()) {
            extensions.add(der(
                    SEQUENCE,
                    SUBJECT_ALTERNATIVE_NAME,
                    der(
                            OCTETS,
                            der(
                                    SEQUENCE,
                                    hosts.stream().map(TestCertificates::host).toArray(byte[][]::new)))));
        }
        final List<byte[]> fields = new ArrayList<>(List.of(
                der(EXPLICIT_0, der(INTEGER, new byte[] {2})),
                der(INTEGER, BigInteger.valueOf(serial++).toByteArray()),
                ECDSA_WITH_SHA256,
                name(name),
                der(SEQUENCE, time(from), time(until)),
                name(subject),
                pair.getPublic().getEncoded()));
        if (!extensions.isEmpty()) {
            fields.add(der(EXPLICIT_3, der(SEQUENCE, extensions.toArray(new byte[0][]))));
        }
        final byte[] toBeSigned = der(SEQUENCE, fields.toArray(new byte[0][]));
        try {
            final Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(toBeSigned);
            return der(SEQUENCE, toBeSigned, ECDSA_WITH_SHA256, der(BITS, new byte[1], signature.sign()));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] host(final String host) {
        try {
            return host.matches("[0-9.]+")
                    ? der(IP_ADDRESS, InetAddress.getByName(host).getAddress())
                    : der(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII));
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] name(final String commonName) {
        return der(
                SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, commonName.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] time(final Instant instant) {
        return der(
                GENERALIZED_TIME,
                DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                        .withZone(ZoneOffset.UTC)
                        .format(instant)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(final int tag, final byte[]... parts) {
        final ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            contents.writeBytes(part);
        }
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        final int length = contents.size();
        if (length < 128) {
            out.write(length);
        } else {
            final byte[] digits = BigInteger.valueOf(length).toByteArray();
            final int skipped = digits[0] == 0 ? 1 : 0;
            out.write(0x80 | digits.length - skipped);
            out.write(digits, skipped, digits.length - skipped);
        }
        out.writeBytes(contents.toByteArray());
        return out.toByteArray();
    }

    private static KeyPair newKeys() {
        try {
            final KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hex(final String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
