package io.vireo.node.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as texts (RFC 7468). What stands around and between the blocks is for people. */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");
    private static final Pattern ENCRYPTED_OLD = Pattern.compile("Proc-Type: 4,ENCRYPTED");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";

    private Pem() {}

    /** All certificates of a file, at least one, in their order. */
    public static List<X509Certificate> certificates(final Path file, final byte[] contents) throws TlsFileException {
        final List<X509Certificate> certificates = new ArrayList<>();
        final Matcher blocks = BLOCK.matcher(text(contents));
        while (blocks.find()) {
            if (blocks.group(1).equals(CERTIFICATE)) {
                final byte[] der = decode(file, CERTIFICATE, blocks.group(2));
                try {
                    certificates.add((X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
                } catch (final CertificateException e) {
                    throw new TlsFileException(
                            file, "has a damaged certificate, number " + (certificates.size() + 1), e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new TlsFileException(
                    file, "has no certificate: a PEM file with \"-----BEGIN " + CERTIFICATE + "-----\" is needed");
        }
        return certificates;
    }

    /** The key of a file. @param algorithm of the certificate that it is the key of. */
    static PrivateKey key(final Path file, final byte[] contents, final String algorithm) throws TlsFileException {
        final String text = text(contents);
        if (text.contains("BEGIN ENCRYPTED " + KEY)
                || ENCRYPTED_OLD.matcher(text).find()) {
            throw new TlsFileException(
                    file,
                    "is encrypted, and a node has nobody to ask for its password: \"openssl pkcs8 -topk8 -nocrypt\" makes one that is not; keep it readable for the node alone");
        }
        final Matcher blocks = BLOCK.matcher(text);
        String other = null;
        while (blocks.find()) {
            if (blocks.group(1).equals(KEY)) {
                final byte[] der = decode(file, KEY, blocks.group(2));
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
                } catch (final GeneralSecurityException e) {
                    throw new TlsFileException(
                            file, "has no intact " + algorithm + " key, which is what its certificate is for", e);
                }
            }
            other = blocks.group(1).endsWith(KEY) ? blocks.group(1) : other;
        }
        throw new TlsFileException(
                file,
                other == null
                        ? "has no key: a PEM file with \"-----BEGIN " + KEY + "-----\" is needed"
                        : "has a key of the form \"" + other + "\", and \"" + KEY
                                + "\" (PKCS#8) is needed: \"openssl pkcs8 -topk8 -nocrypt\" makes one of it");
    }

    private static String text(final byte[] contents) {
        return new String(contents, StandardCharsets.ISO_8859_1);
    }

    private static byte[] decode(final Path file, final String block, final String base64) throws TlsFileException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (final IllegalArgumentException e) {
            throw new TlsFileException(file, "has a " + block + " that is no Base64: " + e.getMessage(), e);
        }
    }
}
